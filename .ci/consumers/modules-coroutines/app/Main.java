// SPDX-License-Identifier: Apache-2.0
package app;

import dev.contextvars.Context;
import dev.contextvars.ContextVar;
import dev.contextvars.coroutines.ContextElements;
import kotlinx.coroutines.BuildersKt;

/** A program on the module path, with coroutines. */
public final class Main {
  private static final ContextVar<String> USER = new ContextVar<>("user", "nobody");

  public static void main(String[] args) throws Exception {
    Context context = new Context();
    context.execute(() -> USER.set("alice"));
    Object user =
        BuildersKt.runBlocking(
            ContextElements.asElement(context), (scope, continuation) -> USER.get());
    Module module = ContextElements.class.getModule();
    if (!"alice".equals(user) || !module.isNamed()) {
      throw new AssertionError(user + " in " + module);
    }
    System.out.println("passed: " + module + " on JDK " + Runtime.version().feature());
  }
}
