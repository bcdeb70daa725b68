// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.spi;

import dev.contextvars.Context;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import org.jspecify.annotations.Nullable;

/**
 * Makes a context current on a thread without entering it: greenlet's pointer swap.
 *
 * <p>Nothing here throws, checks, or marks a context as entered; all is O(1). Applications use
 * {@link Context#run}, which does check.
 *
 * <pre>{@code
 * Context before = ContextSwap.swap(task.context());
 * try {
 *   task.step();
 * } finally {
 *   ContextSwap.swap(before);
 * }
 * }</pre>
 */
public final class ContextSwap {
  // Package-private, so that no public name of the core leads past its checks; constant, so that
  // the
  // JIT compiles a call of the handle as a call of the method.
  private static final MethodHandle SWAP = find("swap", Context.class, Context.class);
  private static final MethodHandle ATTACH = find("attach", Context.class, Context.class);
  private static final MethodHandle DETACH = find("detach", void.class, Context.class);

  private ContextSwap() {}

  /**
   * Makes a context, or none, current on this thread, and returns the one that was, or null if
   * there was none.
   *
   * <p>The caller puts back exactly what it got, on the same thread.
   */
  public static @Nullable Context swap(@Nullable Context next) {
    try {
      return (@Nullable Context) SWAP.invokeExact(next);
    } catch (Throwable impossible) {
      throw new AssertionError(impossible);
    }
  }

  /**
   * Makes a context current on this thread, for a task that may go on elsewhere, and returns what
   * to give {@link #detach}.
   *
   * @return the context that was current, but null for one which the thread made for itself in a
   *     {@code set} without a context: that one belongs to no other thread
   */
  public static @Nullable Context attach(Context next) {
    try {
      return (@Nullable Context) ATTACH.invokeExact(next);
    } catch (Throwable impossible) {
      throw new AssertionError(impossible);
    }
  }

  /**
   * Makes current on this thread what {@link #attach} returned; null stands for what the thread has
   * of its own, or none.
   *
   * <p>It may be called twice, in any order with others, and on another thread than {@code attach}.
   */
  public static void detach(@Nullable Context before) {
    try {
      DETACH.invokeExact(before);
    } catch (Throwable impossible) {
      throw new AssertionError(impossible);
    }
  }

  private static MethodHandle find(String name, Class<?> result, Class<?> parameter) {
    try {
      Class<?> owner = Class.forName("dev.contextvars.CurrentContext");
      return MethodHandles.privateLookupIn(owner, MethodHandles.lookup())
          .findStatic(owner, name, MethodType.methodType(result, parameter));
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }
}
