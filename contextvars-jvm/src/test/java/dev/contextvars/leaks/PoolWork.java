// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.leaks;

import dev.contextvars.Context;
import dev.contextvars.ContextEnteredException;
import dev.contextvars.ContextLease;
import dev.contextvars.ContextSwap;
import dev.contextvars.ContextVar;
import dev.contextvars.ContextWatchers;
import dev.contextvars.Registration;
import dev.contextvars.Token;
import dev.contextvars.concurrent.ContextExecutors;
import java.lang.ref.WeakReference;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Uses the library on the calling thread, leaves it on no context, and returns a reference to a
 * value that was set.
 *
 * <p>In Java and with JDK types in its signature, so that a class loader with only the library can
 * load it, and its caller need not.
 */
public final class PoolWork implements Supplier<WeakReference<?>> {
  private static final ContextVar<Object> VARIABLE = new ContextVar<>("variable");

  @Override
  public WeakReference<?> get() {
    Object value = new PoolWork();
    Context context = new Context();
    context.execute(() -> work(context, value));
    Object before = ContextSwap.attach(context);
    VARIABLE.set(value);
    ContextSwap.detach(before);
    ContextSwap.swap(context.copy());
    ContextSwap.swap(null);
    ContextSwap.detach(new ContextLease(context, () -> false).attach());
    try (Registration watcher = ContextWatchers.add(current -> Objects.hash(current))) {
      ContextExecutors.wrap(Runnable::run).execute(() -> VARIABLE.set(value));
      watcher.toString();
    }
    return new WeakReference<>(value);
  }

  private static void work(Context context, Object value) {
    Token<Object> used = VARIABLE.set(value);
    VARIABLE.reset(used);
    VARIABLE.set(value); // a token that is never used
    try (Token<Object> closed = VARIABLE.set(closedOver(value))) {
      Context.copyContext().execute(() -> VARIABLE.set(closed));
    }
    for (Map.Entry<ContextVar<?>, @Nullable Object> entry : context) {
      entry.toString();
    }
    try {
      context.enter();
    } catch (ContextEnteredException expected) {
      expected.toString();
    }
  }

  private static Object closedOver(Object value) {
    return new Object[] {value};
  }
}
