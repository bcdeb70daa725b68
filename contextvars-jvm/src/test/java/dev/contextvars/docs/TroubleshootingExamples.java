// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.docs;

import dev.contextvars.Context;
import dev.contextvars.ContextVar;
import dev.contextvars.Token;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * The Java examples of docs/troubleshooting.md. Each method is one, and runs in its own Context.
 */
final class TroubleshootingExamples {
  static final ContextVar<String> USER = new ContextVar<>("user");

  private TroubleshootingExamples() {}

  static void sharedThread() throws Exception {
    ExecutorService eventLoop = Executors.newSingleThreadExecutor();
    try {
      // snippet: sharedThread
      Context request = new Context(); // one for each request
      eventLoop.submit(() -> request.execute(() -> USER.set("alice"))).get();
      System.out.println(request.get(USER)); // prints alice
      System.out.println(eventLoop.submit(() -> USER.isSet()).get()); // prints false
      // end: sharedThread
    } finally {
      eventLoop.shutdown();
    }
  }

  static void missing() {
    // snippet: missing
    System.out.println(USER.getOrNull()); // prints null
    System.out.println(USER.get("nobody")); // prints nobody
    System.out.println(Context.copyContext().contains(USER)); // prints false
    // end: missing
  }

  static void tokenUsed() {
    // snippet: tokenUsed
    Token<String> token = USER.set("alice");
    System.out.println(token.tryReset()); // prints true
    System.out.println(token.tryReset()); // prints false
    // end: tokenUsed
  }

  static void wrongVariable() {
    // snippet: wrongVariable
    Token<String> token = USER.set("alice");
    System.out.println(token.getVariable().getName()); // prints user
    token.close(); // resets the token's own variable
    System.out.println(USER.isSet()); // prints false
    // end: wrongVariable
  }

  static void wrongContext() {
    // snippet: wrongContext
    try (Token<String> token = USER.set("alice")) {
      Context task = Context.copyContext();
      task.execute(() -> USER.set("bob")); // the copy's own: it needs no reset
      System.out.println(token.getVariable().get()); // prints alice
    }
    System.out.println(USER.isSet()); // prints false
    // end: wrongContext
  }

  static void entered() {
    // snippet: entered
    Context request = new Context().with(USER, "alice");
    request.execute(
        () -> {
          Context task = request.copy(); // one for each task
          task.execute(() -> System.out.println(USER.get())); // prints alice
        });
    // end: entered
  }

  static void exit() {
    // snippet: exit
    Context request = new Context();
    request.enter();
    try {
      USER.set("alice");
    } finally {
      request.exit(); // on the same thread, once
    }
    System.out.println(request.get(USER)); // prints alice
    // end: exit
  }
}
