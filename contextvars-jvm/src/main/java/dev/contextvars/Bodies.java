// SPDX-License-Identifier: Apache-2.0
package dev.contextvars;

import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Adapters from other functional interfaces to Supplier, so that only one method runs code in a
 * context.
 *
 * <p>These are named classes, because a lambda is linked on first use and linking may overflow a
 * nearly full stack. The JIT compiler eliminates the allocation (RunNoop: 0 B).
 */
final class Bodies {
  private Bodies() {}

  /** Runs a Runnable and returns null. */
  static final class OfRunnable implements Supplier<@Nullable Object> {
    private final Runnable body;

    OfRunnable(Runnable body) {
      this.body = body;
    }

    @Override
    public @Nullable Object get() {
      body.run();
      return null;
    }
  }

  /** Calls a Callable; its checked exceptions are thrown unchanged, although none is declared. */
  static final class OfCallable<R extends @Nullable Object> implements Supplier<R> {
    private final Callable<? extends R> body;

    OfCallable(Callable<? extends R> body) {
      this.body = body;
    }

    @Override
    public R get() {
      try {
        return body.call();
      } catch (Exception failure) {
        OfCallable.<RuntimeException>throwUnchecked(failure);
        throw new AssertionError(failure); // not reached
      }
    }

    @SuppressWarnings("unchecked") // erased: nothing is cast at run time
    private static <E extends Exception> void throwUnchecked(Exception failure) throws E {
      throw (E) failure;
    }
  }
}
