// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.micrometer.docs;

import dev.contextvars.Bindings;
import dev.contextvars.Context;
import dev.contextvars.ContextVar;
import dev.contextvars.micrometer.ReactorContexts;
import io.micrometer.context.ContextSnapshot;
import io.micrometer.context.ContextSnapshotFactory;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** The examples in the Javadoc: each method is one. */
public final class Examples {
  private static final ContextVar<String> TENANT = new ContextVar<>("tenant", "nobody");

  private Examples() {}

  @SuppressWarnings("try") // the scope is only closed
  public static void snapshot() throws InterruptedException {
    ExecutorService pool = Executors.newSingleThreadExecutor();
    new Context()
        .with(TENANT, "acme")
        .execute(
            () -> {
              // snippet: snapshot
              ContextSnapshot snapshot = ContextSnapshotFactory.builder().build().captureAll();
              pool.execute(
                  () -> {
                    try (ContextSnapshot.Scope scope = snapshot.setThreadLocals()) {
                      System.out.println(TENANT.get()); // prints acme
                    }
                  });
              // end: snapshot
            });
    pool.shutdown();
    if (!pool.awaitTermination(1, TimeUnit.MINUTES)) {
      throw new AssertionError("the task does not end");
    }
  }

  public static void with() {
    // snippet: with
    Mono<String> order =
        Mono.fromCallable(() -> "order of " + TENANT.get())
            .subscribeOn(Schedulers.boundedElastic())
            .contextWrite(ReactorContexts.with(Bindings.of(TENANT, "acme")));
    System.out.println(order.block()); // prints order of acme
    // end: with
  }
}
