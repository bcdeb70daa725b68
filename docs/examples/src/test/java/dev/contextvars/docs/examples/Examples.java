// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.docs.examples;

import dev.contextvars.Context;
import dev.contextvars.ContextVar;
import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;
import java.util.concurrent.Callable;
import org.eclipse.microprofile.context.ManagedExecutor;
import org.eclipse.microprofile.context.ThreadContext;

/** The examples of recipes and migration pages for libraries without an artifact of ours. */
final class Examples {
  static final ContextVar<String> TENANT = new ContextVar<>("tenant", "nobody");
  static final ContextVar<String> USER = new ContextVar<>("user");
  static final io.grpc.Context.Key<String> OLD_USER = io.grpc.Context.key("user");

  private Examples() {}

  static void grpc() throws Exception {
    // snippet: grpc
    // Old code that is called by new code:
    USER.set("alice");
    io.grpc.Context old = io.grpc.Context.current().withValue(OLD_USER, USER.get());
    old.run(() -> System.out.println(OLD_USER.get())); // prints alice

    // New code that is called by old code:
    Context now = new Context().with(USER, old.call(OLD_USER::get));
    now.execute(() -> System.out.println(USER.get())); // prints alice
    // end: grpc
  }

  static void microprofile() {
    // snippet: microprofile
    ManagedExecutor executor =
        ManagedExecutor.builder().propagated(ThreadContext.ALL_REMAINING).build();
    TENANT.set("acme");
    var order = executor.supplyAsync(() -> "tea for " + TENANT.get());
    System.out.println(order.join()); // prints tea for acme
    // end: microprofile
    executor.shutdown();
  }

  // snippet: vertx
  static Router router(Vertx vertx) {
    Router router = Router.router(vertx);
    router
        .route()
        .handler(
            request -> {
              String tenant = request.request().getHeader("X-Tenant");
              new Context().with(TENANT, checked(tenant)).execute(request::next);
            });
    router
        .get("/orders")
        .handler(
            request -> {
              Callable<String> find = () -> "orders of " + TENANT.get();
              vertx
                  .executeBlocking(Context.copyContext().wrapCallable(find))
                  .onSuccess(request::end)
                  .onFailure(request::fail);
            });
    return router;
  }

  static String checked(String tenant) {
    return tenant != null && tenant.matches("[a-z0-9]{1,40}") ? tenant : "nobody";
  }
  // end: vertx
}
