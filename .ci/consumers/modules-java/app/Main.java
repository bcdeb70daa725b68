// SPDX-License-Identifier: Apache-2.0
package app;

import dev.contextvars.Context;
import dev.contextvars.ContextVar;

/** A program on the module path. */
public final class Main {
  private static final ContextVar<String> USER = new ContextVar<>("user", "nobody");

  public static void main(String[] args) {
    String user =
        new Context()
            .run(
                () -> {
                  USER.set("alice");
                  return USER.get();
                });
    Module module = Context.class.getModule();
    if (!user.equals("alice") || !module.isNamed()) {
      throw new AssertionError(user + " in " + module);
    }
    System.out.println("passed: " + module + " on JDK " + Runtime.version().feature());
  }
}
