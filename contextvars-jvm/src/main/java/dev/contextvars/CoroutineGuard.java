// SPDX-License-Identifier: Apache-2.0
package dev.contextvars;

import java.lang.StackWalker.StackFrame;
import java.util.Iterator;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Rejects a set by code that has no context of its own, if the next code on the thread would see
 * the value.
 *
 * <p>kotlinx.coroutines has no hook for coroutines without a context element, so the guard inspects
 * the thread and the stack. It does so only before a thread gets an implicit context, and in strict
 * mode at each set. Without the guard, 19,998 of 20,000 coroutines on Dispatchers.Default read the
 * value of a previous one.
 *
 * <p>Frames are recognized by class name. An unknown frame is allowed, so a class that is renamed
 * elsewhere never breaks correct code.
 */
final class CoroutineGuard {
  /**
   * Whether {@code contextvars.guard} is {@code strict}; intended for tests and for finding a leak.
   */
  static final boolean STRICT;

  private static final boolean ON;

  static {
    String setting = System.getProperty("contextvars.guard", "on");
    STRICT = setting.equals("strict");
    ON = !setting.equals("off");
  }

  private static final int MAX_FRAMES = 256;
  private static final String COROUTINES = "kotlinx.coroutines.";
  private static final String TEST = "kotlinx.coroutines.test.";
  private static final String BLOCKING = "kotlinx.coroutines.BlockingCoroutine";
  private static final String WORKER = "kotlinx.coroutines.scheduling.CoroutineScheduler$Worker";

  private static final String ADVICE =
      "runBlocking(Context().asElement()) { … }, CoroutineScope(Context().asElement()), or"
          + " embeddedServer(parentCoroutineContext = …)";

  private static final StackWalker WALKER = StackWalker.getInstance();

  // Not lambdas: these are linked together with this class, so never on a full stack.
  private static final Function<Stream<StackFrame>, Boolean> RUNS_COROUTINE = new RunsCoroutine();
  private static final Function<Stream<StackFrame>, Integer> DEPTH_OF_CALLER = new DepthOfCaller();
  private static final Function<Stream<StackFrame>, Integer> DEPTH_OF_DRIVER = new DepthOfDriver();

  static {
    // The first walk initializes many classes of the JDK. A class whose initialization fails
    // because the stack is full stays unusable, and every later set without a context would throw.
    if (ON) {
      WALKER.walk(RUNS_COROUTINE);
    }
    if (STRICT) {
      WALKER.walk(DEPTH_OF_CALLER);
      WALKER.walk(DEPTH_OF_DRIVER);
    }
  }

  private CoroutineGuard() {}

  /** Why an implicit context would be a risk. */
  enum Risk {
    SHARED_THREAD,
    COROUTINE
  }

  // ---- on ----

  /** Throws if the calling thread must not get an implicit context for setting the variable. */
  static void checkImplicit(ContextVar<?> variable) {
    Thread thread = Thread.currentThread();
    Risk risk = findRisk(thread);
    if (risk != null) {
      String message =
          "cannot set "
              + variable
              + " on thread "
              + thread.getName()
              + ": this code has no Context, and the next code on this thread would see the value.";
      String advice = " Bind one at the root: " + ADVICE + ". To allow it: -Dcontextvars.guard=off";
      throw FlightEvents.misuse(
          new ContextRequiredException(
              risk == Risk.COROUTINE ? message + advice : message, variable));
    }
  }

  /** Returns why the calling thread must not get an implicit context, or null if it may. */
  static @Nullable Risk findRisk(Thread thread) {
    if (!ON) {
      return null;
    }
    if (thread.getClass().getName().equals(WORKER)) {
      return Risk.COROUTINE;
    }
    if (SharedThreads.contains(thread)) {
      return Risk.SHARED_THREAD;
    }
    return WALKER.walk(RUNS_COROUTINE) || (STRICT && isForeign(null)) ? Risk.COROUTINE : null;
  }

  /**
   * Ignores coroutines that block their thread (runBlocking, runTest): they own it, as plain code
   * does.
   */
  private static final class RunsCoroutine implements Function<Stream<StackFrame>, Boolean> {
    @Override
    public Boolean apply(Stream<StackFrame> frames) {
      boolean found = false;
      Iterator<StackFrame> iterator = frames.iterator();
      for (int i = 0; i < MAX_FRAMES && iterator.hasNext(); i++) {
        String name = iterator.next().getClassName();
        if (name.startsWith(COROUTINES)) {
          if (name.equals(BLOCKING) || name.startsWith(TEST)) {
            return false;
          }
          found = true;
        }
      }
      return found;
    }
  }

  // ---- strict ----

  /**
   * Throws if the current context was not installed by the running coroutine or by code that it
   * called.
   *
   * @param depth the stack depth at which the current context was installed, or null if implicit
   */
  static void checkInstalledByCaller(
      ContextVar<?> variable, ContextState current, @Nullable Object depth) {
    if (isForeign(depth)) {
      throw FlightEvents.misuse(
          new ContextRequiredException(
              "cannot set "
                  + variable
                  + " in "
                  + current
                  + ": it belongs to the code that started this coroutine, not to this coroutine"
                  + " (contextvars.guard=strict). Give the coroutine one: "
                  + ADVICE,
              variable));
    }
  }

  /** Returns whether a coroutine was started or resumed after the context was installed. */
  static boolean isForeign(@Nullable Object depth) {
    return WALKER.walk(DEPTH_OF_DRIVER) > (depth == null ? 0 : (Integer) depth);
  }

  /**
   * Returns the depth of the frame that installs a context, counted from the bottom of the stack.
   */
  static Integer depthOfCaller() {
    return WALKER.walk(DEPTH_OF_CALLER);
  }

  private static final class DepthOfCaller implements Function<Stream<StackFrame>, Integer> {
    @Override
    public Integer apply(Stream<StackFrame> frames) {
      return (int) frames.dropWhile(DepthOfCaller::isInstallation).count();
    }

    /**
     * Returns whether the frame belongs to this library, or to the code of kotlinx.coroutines that
     * calls context elements.
     */
    private static boolean isInstallation(StackFrame frame) {
      String name = frame.getClassName();
      return name.startsWith("dev.contextvars.")
          || name.startsWith("kotlinx.coroutines.internal.ThreadContextKt")
          || name.startsWith("kotlinx.coroutines.internal.ThreadState")
          || name.startsWith("kotlinx.coroutines.ThreadContextElement")
          || name.startsWith("kotlinx.coroutines.CopyableThreadContextElement")
          || name.startsWith("kotlin.coroutines.CombinedContext")
          || name.startsWith("kotlin.coroutines.CoroutineContext");
    }
  }

  private static final class DepthOfDriver implements Function<Stream<StackFrame>, Integer> {
    /** Returns the depth of the nearest frame that starts or resumes a coroutine, or 0. */
    @Override
    public Integer apply(Stream<StackFrame> frames) {
      return (int) frames.dropWhile(frame -> !isDriver(frame)).count();
    }

    private static boolean isDriver(StackFrame frame) {
      String name = frame.getClassName();
      if (!name.startsWith(COROUTINES)) {
        return false;
      }
      String method = frame.getMethodName();
      return switch (name) {
        case BLOCKING, "kotlinx.coroutines.DispatchedTaskKt" -> true;
        case "kotlinx.coroutines.DispatchedTask" -> method.equals("run");
        case "kotlinx.coroutines.intrinsics.UndispatchedKt" ->
            method.equals("startCoroutineUndispatched");
        case "kotlinx.coroutines.internal.DispatchedContinuation",
            "kotlinx.coroutines.internal.DispatchedContinuationKt" ->
            method.startsWith("resume");
        default -> name.startsWith(WORKER);
      };
    }
  }
}
