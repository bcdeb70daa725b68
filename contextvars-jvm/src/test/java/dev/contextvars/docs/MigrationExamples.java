// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.docs;

import dev.contextvars.Context;
import dev.contextvars.ContextVar;
import dev.contextvars.ContextWatchers;
import dev.contextvars.Registration;
import java.util.function.Consumer;

/**
 * The examples of docs/migrating/threadlocal.md. Each method is one, and runs in its own Context.
 */
final class MigrationExamples {
  private static final ThreadLocal<String> OLD_USER = new ThreadLocal<>();
  private static final ContextVar<String> USER = new ContextVar<>("user");

  private MigrationExamples() {}

  static void block() {
    // snippet: block
    // Before:
    OLD_USER.set("alice");
    try {
      System.out.println(OLD_USER.get()); // prints alice
    } finally {
      OLD_USER.remove();
    }

    // After:
    new Context()
        .with(USER, "alice")
        .execute(
            () -> {
              System.out.println(USER.get()); // prints alice
            });
    // end: block
  }

  static void sideBySide() {
    // snippet: sideBySide
    Consumer<Context> copy = now -> OLD_USER.set(now == null ? null : now.get(USER));
    Registration watcher = ContextWatchers.add(copy); // once, at start

    Context request = new Context().with(USER, "alice");
    request.execute(() -> System.out.println(OLD_USER.get())); // prints alice
    System.out.println(OLD_USER.get()); // prints null
    // end: sideBySide
    watcher.close();
  }
}
