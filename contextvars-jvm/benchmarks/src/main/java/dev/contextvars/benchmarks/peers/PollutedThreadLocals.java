// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.benchmarks.peers;

/** The JDK's, with thread-locals of four classes. */
public class PollutedThreadLocals extends ThreadLocals {
  public final Polluted others = new Polluted();

  private final ThreadLocal<?>[] locals = new ThreadLocal<?>[16];
  private int turn;
  private Object seen;

  @Override
  void bind(int count) {
    super.bind(count);
    for (int i = 0; i < locals.length; i++) {
      locals[i] = local(i);
    }
    Polluted.before(() -> seen = readOther());
  }

  private static ThreadLocal<?> local(int number) {
    return switch (number % 4) {
      case 0 -> new ThreadLocal<>();
      case 1 -> ThreadLocal.withInitial(() -> number);
      case 2 -> new InheritableThreadLocal<>();
      default ->
          new ThreadLocal<Object>() {
            @Override
            protected Object initialValue() {
              return this;
            }
          };
    };
  }

  /** Reads another thread-local, in turn. */
  public final Object readOther() {
    return locals[turn++ & 15].get();
  }

  @Override
  public void unbind() {
    super.unbind();
    for (ThreadLocal<?> local : locals) {
      local.remove();
    }
  }
}
