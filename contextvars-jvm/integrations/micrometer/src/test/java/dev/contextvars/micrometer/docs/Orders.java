// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.micrometer.docs;

import dev.contextvars.Bindings;
import dev.contextvars.Context;
import dev.contextvars.ContextVar;
import dev.contextvars.micrometer.ReactorContexts;
import reactor.core.publisher.Hooks;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

// snippet: java
public class Orders {
  static final ContextVar<String> TENANT = new ContextVar<>("tenant", "nobody");

  static Mono<String> order() {
    return Mono.fromCallable(() -> "order of " + TENANT.get()) // runs on a thread of Reactor
        .subscribeOn(Schedulers.boundedElastic());
  }

  public static void main(String[] arguments) {
    Hooks.enableAutomaticContextPropagation(); // once, when the application starts
    new Context().with(TENANT, "acme").execute(Orders::print);
  }

  static void print() {
    System.out.println(order().block()); // prints order of acme
    Bindings other = Bindings.of(TENANT, "globex");
    System.out.println(
        order().contextWrite(ReactorContexts.with(other)).block()); // prints order of globex
  }
}
// end: java
