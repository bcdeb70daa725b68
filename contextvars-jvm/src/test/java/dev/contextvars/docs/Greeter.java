// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.docs;

import static java.util.concurrent.CompletableFuture.runAsync;

import dev.contextvars.Context;
import dev.contextvars.ContextVar;

/** The README's example in Java. */
final class Greeter {
  // snippet: greeter
  static final ContextVar<String> USER = new ContextVar<>("user", "nobody");

  static void greet() {
    System.out.println("Hello, " + USER.get()); // no parameter, however deep the call
  }

  public static void main(String[] args) {
    USER.set("alice");
    Context task = Context.copyContext(); // O(1), however many variables are set
    USER.set("bob");
    runAsync(() -> task.execute(Greeter::greet)).join(); // prints Hello, alice
    greet(); // prints Hello, bob
  }

  // end: greeter

  private Greeter() {}
}
