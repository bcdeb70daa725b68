// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.coroutines;

import dev.contextvars.Context;
import dev.contextvars.ContextVar;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import kotlin.Unit;
import kotlin.coroutines.CoroutineContext;
import kotlinx.coroutines.BuildersKt;
import kotlinx.coroutines.CoroutineScope;
import kotlinx.coroutines.CoroutineScopeKt;
import kotlinx.coroutines.CoroutineStart;
import kotlinx.coroutines.Dispatchers;
import kotlinx.coroutines.Job;
import kotlinx.coroutines.future.FutureKt;

/** Java code that starts coroutines, called by JavaCallerSpec. */
final class JavaCaller {
  private JavaCaller() {}

  /** Runs a body in a coroutine with the context's element, on the calling thread. */
  static <T> T runBlocking(Context context, Supplier<T> body) throws InterruptedException {
    CoroutineContext element = ContextElements.asElement(context);
    return BuildersKt.runBlocking(element, (scope, continuation) -> body.get());
  }

  /** Starts a body in a coroutine of a scope that has the context's element. */
  static <T> CompletableFuture<T> future(Context context, Supplier<T> body) {
    CoroutineScope scope =
        CoroutineScopeKt.CoroutineScope(
            Dispatchers.getDefault().plus(ContextElements.asElement(context)));
    return FutureKt.future(
        scope,
        scope.getCoroutineContext(),
        CoroutineStart.DEFAULT,
        (coroutine, continuation) -> body.get());
  }

  /** Launches a body in the context itself. */
  static Job launch(CoroutineScope scope, Context context, Runnable body) {
    return BuildersKt.launch(
        scope,
        Dispatchers.getDefault().plus(ContextElements.asSharedElement(context)),
        CoroutineStart.DEFAULT,
        (coroutine, continuation) -> {
          body.run();
          return Unit.INSTANCE;
        });
  }

  /** Returns whether the scope has an element. */
  static boolean hasContext(CoroutineScope scope) {
    return ContextElements.getHasContextElement(scope.getCoroutineContext());
  }

  /** Runs a body with a value of the variable, and returns its result. */
  static <T, R> R withValue(ContextVar<T> variable, T value, Supplier<R> body) {
    return ContextVars.withValue(variable, value, body::get);
  }
}
