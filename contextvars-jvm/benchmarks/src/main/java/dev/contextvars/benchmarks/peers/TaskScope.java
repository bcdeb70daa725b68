// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.benchmarks.peers;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;

/** {@code StructuredTaskScope}, whose forks inherit scoped values; a preview in JDK 25. */
public final class TaskScope {
  private static final String NAME = "java.util.concurrent.StructuredTaskScope";

  private static final MethodHandle OPEN;
  private static final MethodHandle FORK;
  private static final MethodHandle JOIN;
  private static final MethodHandle CLOSE;

  static {
    try {
      MethodHandles.Lookup lookup = MethodHandles.publicLookup();
      Class<?> scope = Class.forName(NAME);
      Class<?> subtask = Class.forName(NAME + "$Subtask");
      OPEN = generic(lookup.findStatic(scope, "open", MethodType.methodType(scope)));
      FORK =
          lookup
              .findVirtual(scope, "fork", MethodType.methodType(subtask, Runnable.class))
              .asType(MethodType.methodType(Object.class, Object.class, Runnable.class));
      JOIN = generic(lookup.findVirtual(scope, "join", MethodType.methodType(Object.class)));
      CLOSE =
          lookup
              .findVirtual(scope, "close", MethodType.methodType(void.class))
              .asType(MethodType.methodType(void.class, Object.class));
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private TaskScope() {}

  private static MethodHandle generic(MethodHandle handle) {
    return handle.asType(handle.type().generic());
  }

  /** Runs a task on a new virtual thread, with the scoped values of here, and waits for its end. */
  public static void fork(Runnable task) {
    try {
      Object scope = (Object) OPEN.invokeExact();
      try {
        Object subtask = (Object) FORK.invokeExact(scope, task);
        Object result = (Object) JOIN.invokeExact(scope);
        if (result == subtask) {
          throw new AssertionError("join gives null"); // and both handles want their results used
        }
      } finally {
        CLOSE.invokeExact(scope);
      }
    } catch (UnsupportedOperationException withoutPreview) {
      throw new IllegalStateException("StructuredTaskScope wants --enable-preview", withoutPreview);
    } catch (Throwable failure) {
      throw new AssertionError(failure);
    }
  }
}
