// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.docs;

// snippet: greeter
import static java.util.concurrent.CompletableFuture.runAsync;

import dev.contextvars.Context;
import dev.contextvars.ContextVar;

class Greeter {
  static final ContextVar<String> USER = new ContextVar<>("user", "nobody");

  static void greet() {
    System.out.println("Hello, " + USER.get()); // no parameter, however deep the call
  }

  static void handle() {
    USER.set("alice");
    Context task = Context.copyContext(); // O(1), however many variables are set
    USER.set("bob");
    runAsync(() -> task.execute(Greeter::greet)).join(); // prints Hello, alice
    greet(); // prints Hello, bob
  }

  public static void main(String[] args) {
    new Context().execute(Greeter::handle); // what handle sets, remains in this context
    greet(); // prints Hello, nobody
  }
}
// end: greeter
