// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.access;

import java.lang.invoke.MethodHandles;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What the core does for {@code dev.contextvars.spi} and for nobody else; implemented in the core.
 *
 * <p>Kept in a constant by its users, so that the JIT knows the one class there is, and a call
 * costs what a call of a static method does.
 *
 * @param <C> the core's type of contexts, which this package does not know
 */
public abstract class ContextAccess<C> {
  // Set in the static initializer of C, and read after that has ended, which orders the two (JLS
  // 12.4.2).
  private static @Nullable ContextAccess<?> core;

  /** For the core: makes this the one that {@link #to} gives. */
  protected final void register() {
    core = this;
  }

  /** Returns the access to the core whose type of contexts this is. */
  @SuppressWarnings("unchecked") // the class itself has registered it
  public static <C> ContextAccess<C> to(Class<C> contexts) {
    try {
      MethodHandles.lookup().ensureInitialized(contexts);
    } catch (IllegalAccessException e) {
      throw new AssertionError(contexts + " is public", e);
    }
    return (ContextAccess<C>) Objects.requireNonNull(core, "core");
  }

  public abstract @Nullable C current();

  public abstract @Nullable C swap(@Nullable C next);

  public abstract @Nullable Object attach(C next);

  public abstract @Nullable Object attachLease(Object lease);

  public abstract void detach(@Nullable Object before);

  public abstract Object newLease(C context, BooleanSupplier isOver);

  public abstract @Nullable IllegalStateException pollRefusal(Object lease);

  public abstract void addWatcher(Consumer<@Nullable C> watcher);

  public abstract boolean removeWatcher(Consumer<@Nullable C> watcher);

  public abstract void guardSharedThreads(boolean on);

  public abstract void addSharedThreads(Predicate<Thread> shared);
}
