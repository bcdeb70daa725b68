// SPDX-License-Identifier: Apache-2.0
package dev.contextvars;

import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Implements {@code Context.wrap} and its variants. Each result is one object, which enters the
 * context when it is called.
 */
final class Wrappers {
  /** Most wrapped code is a task of an executor. */
  static final String KIND = "executor";

  private Wrappers() {}

  static Runnable runnable(Context context, Runnable body) {
    Objects.requireNonNull(body, "body");
    return () -> ThreadState.run(context, false, new Bodies.OfRunnable(body), KIND);
  }

  static <R extends @Nullable Object> Callable<R> callable(
      Context context, Callable<? extends R> body) {
    Objects.requireNonNull(body, "body");
    return () -> ThreadState.run(context, false, new Bodies.OfCallable<R>(body), KIND);
  }

  static <R extends @Nullable Object> Supplier<R> supplier(
      Context context, Supplier<? extends R> body) {
    Objects.requireNonNull(body, "body");
    return () -> ThreadState.run(context, false, body, KIND);
  }

  static <T extends @Nullable Object, R extends @Nullable Object> Function<T, R> function(
      Context context, Function<? super T, ? extends R> body) {
    Objects.requireNonNull(body, "body");
    return argument -> ThreadState.run(context, false, () -> body.apply(argument), KIND);
  }

  static <T extends @Nullable Object, U extends @Nullable Object, R extends @Nullable Object>
      BiFunction<T, U, R> biFunction(
          Context context, BiFunction<? super T, ? super U, ? extends R> body) {
    Objects.requireNonNull(body, "body");
    return (first, second) ->
        ThreadState.run(context, false, () -> body.apply(first, second), KIND);
  }

  static <T extends @Nullable Object> Consumer<T> consumer(
      Context context, Consumer<? super T> body) {
    Objects.requireNonNull(body, "body");
    return argument ->
        ThreadState.run(context, false, new Bodies.OfRunnable(() -> body.accept(argument)), KIND);
  }

  static <T extends @Nullable Object, U extends @Nullable Object> BiConsumer<T, U> biConsumer(
      Context context, BiConsumer<? super T, ? super U> body) {
    Objects.requireNonNull(body, "body");
    return (first, second) ->
        ThreadState.run(
            context, false, new Bodies.OfRunnable(() -> body.accept(first, second)), KIND);
  }
}
