// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.junit5;

import dev.contextvars.Context;
import dev.contextvars.ContextEnteredException;
import dev.contextvars.ContextStateException;
import dev.contextvars.ContextSwap;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.InvocationInterceptor.Invocation;

/** The Context of each scope (a class, a test, a dynamic test), and the code that runs in it. */
final class Scopes {
  private static final Namespace NAMESPACE = Namespace.create(ContextVarsExtension.class);

  // The threads that run a method of a test. Concurrent: tests may run in parallel. Each thread
  // adds and removes only itself.
  private static final Set<Thread> RUNNING = ConcurrentHashMap.newKeySet();

  private Scopes() {}

  /** Returns the Context of the scope; the first call copies the one of the scope around it. */
  static Context contextOf(ExtensionContext scope) {
    // The key contains the id, because a store also finds the values of its parents.
    return scope
        .getStore(NAMESPACE)
        .getOrComputeIfAbsent(scope.getUniqueId(), id -> newContext(scope), Context.class);
  }

  private static Context newContext(ExtensionContext scope) {
    return scope
        .getParent()
        .filter(parent -> parent.getParent().isPresent()) // the root is the engine
        .map(parent -> contextOf(parent).copy())
        .orElseGet(Context::new);
  }

  /** Runs the invocation in the Context of the scope, unless the thread has leaked values. */
  static <T extends @Nullable Object> T run(Invocation<T> invocation, ExtensionContext scope)
      throws Throwable {
    return run(invocation, scope, false);
  }

  /** Runs the invocation in the Context of the scope; leaked values fail it afterwards. */
  static void runCleanUp(Invocation<@Nullable Void> invocation, ExtensionContext scope)
      throws Throwable {
    run(invocation, scope, true);
  }

  private static <T extends @Nullable Object> T run(
      Invocation<T> invocation, ExtensionContext scope, boolean isCleanUp) throws Throwable {
    Thread thread = Thread.currentThread();
    // A test can run inside another one: a worker of a ForkJoinPool that waits for a task runs
    // others. The values of the outer test are no leak.
    boolean isOutermost = RUNNING.add(thread);
    try {
      AssertionError leak = isOutermost ? Leaks.take(scope) : null;
      if (leak != null && !isCleanUp) {
        throw leak;
      }
      T result = proceed(invocation, scope, leak);
      if (leak != null) {
        throw leak;
      }
      return result;
    } finally {
      if (isOutermost) {
        RUNNING.remove(thread);
      }
    }
  }

  private static <T extends @Nullable Object> T proceed(
      Invocation<T> invocation, ExtensionContext scope, @Nullable AssertionError leak)
      throws Throwable {
    Context before = ContextSwap.current();
    if (before != null && before == contextOf(scope)) {
      return invocation.proceed(); // the extension is registered twice
    }
    Object token = ContextSwap.token();
    Context context = enter(scope);
    T result;
    try {
      result = invocation.proceed();
    } catch (Throwable failure) {
      suppress(failure, exit(context, before, token));
      suppress(failure, leak);
      throw failure;
    }
    ContextStateException misuse = exit(context, before, token);
    if (misuse != null) {
      suppress(misuse, leak);
      throw misuse;
    }
    return result;
  }

  private static Context enter(ExtensionContext scope) {
    Context context = contextOf(scope);
    try {
      context.enter();
      return context;
    } catch (ContextEnteredException running) {
      // A test whose time-out has expired still runs in it, on its separate thread. Code that may
      // run at the same time gets a copy.
      Context copy = context.copy();
      copy.enter();
      scope.getStore(NAMESPACE).put(scope.getUniqueId(), copy);
      return copy;
    }
  }

  /**
   * Exits the Context. If the invocation has left another one current, restores what the thread had
   * before, and returns the exception of the failed exit.
   */
  private static @Nullable ContextStateException exit(
      Context context, @Nullable Context before, @Nullable Object token) {
    try {
      context.exit();
      return null;
    } catch (ContextStateException misuse) {
      ContextSwap.detach(token); // an attachment that was not detached
      ContextSwap.swap(context);
      try {
        context.exit();
      } catch (ContextStateException exited) {
        // By the invocation itself: there is nothing to exit.
      }
      ContextSwap.swap(before);
      return misuse;
    }
  }

  private static void suppress(Throwable failure, @Nullable Throwable other) {
    if (other != null) {
      failure.addSuppressed(other);
    }
  }
}
