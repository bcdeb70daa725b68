// SPDX-License-Identifier: Apache-2.0
package outside;

import dev.contextvars.Context;
import dev.contextvars.ContextSwap;
import dev.contextvars.ContextVar;

/**
 * Does what the flight recorder can record, once each, and prints the outcomes; see
 * FlightRecorderUseSpec. Needs nothing but the library.
 */
public final class EveryEvent {
  private static final ContextVar<String> V = new ContextVar<>("v");

  private EveryEvent() {}

  public static void main(String[] args) {
    boolean recordable = ModuleLayer.boot().findModule("jdk.jfr").isPresent();
    System.out.println("module jdk.jfr=" + (recordable ? "present" : "absent"));
    System.out.println("module dev.contextvars=" + Context.class.getModule().isNamed());
    Context context = new Context();
    Context copy =
        context.run(
            () -> {
              V.set("red").close();
              V.set("green");
              return Context.copyContext();
            });
    copy.enter();
    System.out.println("value=" + V.get());
    copy.exit();
    ContextSwap.detach(ContextSwap.attach(copy));
    try {
      copy.exit();
    } catch (IllegalStateException e) {
      System.out.println("misuse=" + e.getClass().getSimpleName());
    }
  }
}
