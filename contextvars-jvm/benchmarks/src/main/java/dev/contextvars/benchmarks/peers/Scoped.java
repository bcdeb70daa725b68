// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.benchmarks.peers;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;

/**
 * {@code ScopedValue} for classes that are compiled for JDK 17.
 *
 * <p>Handles in constants are compiled as the calls that they stand for; what is left of them is a
 * check of the receiver's class.
 */
public final class Scoped {
  private static final boolean AVAILABLE = Runtime.version().feature() >= 25;

  private static final MethodHandle NEW;
  private static final MethodHandle GET;
  private static final MethodHandle OR_ELSE;
  private static final MethodHandle WHERE;
  private static final MethodHandle AND_WHERE;
  private static final MethodHandle RUN;

  static {
    try {
      MethodHandles.Lookup lookup = MethodHandles.publicLookup();
      Class<?> key = AVAILABLE ? Class.forName("java.lang.ScopedValue") : Void.class;
      Class<?> carrier = AVAILABLE ? Class.forName("java.lang.ScopedValue$Carrier") : Void.class;
      Class<?> any = Object.class;
      NEW = AVAILABLE ? generic(lookup.findStatic(key, "newInstance", type(key))) : null;
      GET = AVAILABLE ? generic(lookup.findVirtual(key, "get", type(any))) : null;
      OR_ELSE = AVAILABLE ? generic(lookup.findVirtual(key, "orElse", type(any, any))) : null;
      WHERE = AVAILABLE ? generic(lookup.findStatic(key, "where", type(carrier, key, any))) : null;
      AND_WHERE =
          AVAILABLE ? generic(lookup.findVirtual(carrier, "where", type(carrier, key, any))) : null;
      RUN =
          AVAILABLE
              ? lookup
                  .findVirtual(carrier, "run", type(void.class, Runnable.class))
                  .asType(type(void.class, any, Runnable.class))
              : null;
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private Scoped() {}

  private static MethodType type(Class<?> result, Class<?>... parameters) {
    return MethodType.methodType(result, parameters);
  }

  private static MethodHandle generic(MethodHandle handle) {
    return handle.asType(handle.type().generic());
  }

  /** Says clearly what is wrong where the JDK has no scoped values. */
  static void requireAvailable() {
    if (!AVAILABLE) {
      throw new IllegalStateException("ScopedValue wants JDK 25; leave out .*scopedValue");
    }
  }

  /** {@code ScopedValue.newInstance()}. */
  public static Object newKey() {
    try {
      return (Object) NEW.invokeExact();
    } catch (Throwable failure) {
      throw new AssertionError(failure);
    }
  }

  /** {@code key.get()}. */
  public static Object get(Object key) {
    try {
      return (Object) GET.invokeExact(key);
    } catch (Throwable failure) {
      throw new AssertionError(failure);
    }
  }

  /** {@code key.orElse(fallback)}. */
  public static Object orElse(Object key, Object fallback) {
    try {
      return (Object) OR_ELSE.invokeExact(key, fallback);
    } catch (Throwable failure) {
      throw new AssertionError(failure);
    }
  }

  /** {@code ScopedValue.where(key, value)}. */
  public static Object where(Object key, Object value) {
    try {
      return (Object) WHERE.invokeExact(key, value);
    } catch (Throwable failure) {
      throw new AssertionError(failure);
    }
  }

  /** {@code bindings.where(key, value)}. */
  public static Object where(Object bindings, Object key, Object value) {
    try {
      return (Object) AND_WHERE.invokeExact(bindings, key, value);
    } catch (Throwable failure) {
      throw new AssertionError(failure);
    }
  }

  /** {@code bindings.run(body)}. */
  public static void run(Object bindings, Runnable body) {
    try {
      RUN.invokeExact(bindings, body);
    } catch (Throwable failure) {
      throw new AssertionError(failure);
    }
  }
}
