// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.docs;

// snippet: program
import static java.util.concurrent.CompletableFuture.runAsync;

import dev.contextvars.Context;
import dev.contextvars.ContextVar;
import dev.contextvars.concurrent.ContextExecutors;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

public class FirstProgram {
  static final ContextVar<String> USER = new ContextVar<>("user", "nobody");

  public static void main(String[] args) {
    ExecutorService pool = Executors.newFixedThreadPool(2);
    new Context().execute(() -> handle("alice", pool)); // prints Hello, alice
    new Context().execute(() -> handle("bob", pool)); // prints Hello, bob
    greet(); // prints Hello, nobody
    pool.shutdown();
  }

  static void handle(String name, ExecutorService pool) {
    USER.set(name); // in the context of this request
    runAsync(() -> greet(), ContextExecutors.wrap(pool)).join();
  }

  static void greet() { // no parameter, however deep the call
    System.out.println("Hello, " + USER.get());
  }
}
// end: program
