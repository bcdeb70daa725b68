// SPDX-License-Identifier: Apache-2.0
package dev.contextvars;

import dev.contextvars.hamt.Hamt;
import java.lang.invoke.MethodHandles;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Stores each thread's current context, and implements every switch.
 *
 * <p>One ThreadLocal for the whole library holds a small array for each thread, its <em>cell</em>.
 * A switch writes an element of that array, never the ThreadLocal. The array is of a JDK type: when
 * a pooled thread is idle its cell is empty, and keeps neither a value nor the library's class
 * loader alive. Only its thread writes a cell; other threads read it in {@link #isAttached} only.
 *
 * <p>A switch checks, then changes, then notifies the watchers. Between its first and its last
 * change, a method of this class calls nothing that could overflow the stack. A StackOverflowError
 * is therefore thrown before the switch has begun or after it is complete.
 */
final class ThreadState {
  private static final ThreadLocal<@Nullable Object[]> CELL = new ThreadLocal<>();

  /** The current context, or null. */
  private static final int CURRENT = 0;

  /** The innermost attachment of this thread: a lease, or a context attached without one. */
  private static final int TASK = 1;

  /** The token of {@link #TASK}: what the attach that installed it returned. */
  private static final int TOKEN = 2;

  /** What a null token restores: the implicit context that the outermost attach found, or null. */
  private static final int BASE = 3;

  /** Not null while watchers are notified. */
  private static final int NOTIFYING = 4;

  /** While a recording has Enter events: the innermost one that is not yet committed, or null. */
  private static final int ENTERED = 5;

  /** In strict mode only: the stack depth at which {@link #CURRENT} was installed. */
  private static final int DEPTH = 6;

  private static final boolean STRICT = CoroutineGuard.STRICT;

  private static final int SIZE = STRICT ? 7 : 6;

  static {
    // A class whose initialization fails because the stack is full stays unusable. These are all
    // that have an initializer, except those that are initialized before this class.
    initialize(
        Absent.class,
        ContextLease.class,
        ContextWatchers.class,
        CoroutineGuard.class,
        CoroutineGuard.Risk.class,
        Descriptions.class,
        FlightEvents.class,
        SharedThreads.class,
        Token.class);
    var unused = Hamt.empty().iterator(); // its class is not accessible here
  }

  private ThreadState() {}

  /** Initializes the library; called where the first variable or context is created. */
  static void initialize() {}

  /**
   * The state that a nested attach replaced, for the detach that restores it. Immutable.
   *
   * @param cell the cell of the thread that attached, of which only the identity is used
   */
  private record Replaced(
      Object cell,
      @Nullable Context current,
      @Nullable Object task,
      @Nullable Object token,
      @Nullable Object entered) {}

  // ---- queries ----

  /** Returns the calling thread's current context, or null; never creates a cell. */
  static @Nullable Context current() {
    @Nullable Object[] cell = CELL.get();
    return cell == null ? null : (Context) cell[CURRENT];
  }

  /**
   * Returns the calling thread's current context for a set of the variable, and creates an implicit
   * one if there is none.
   *
   * @throws ContextRequiredException if the guard rejects a set by this code
   * @throws ContextContendedException if another task or thread has taken over the context
   */
  static Context currentToChange(ContextVar<?> variable) {
    @Nullable Object[] cell = cell();
    Context current = (Context) cell[CURRENT];
    if (current != null) {
      checkChange(cell, current, variable);
      return current;
    }
    CoroutineGuard.checkImplicit(variable);
    Context implicit = Context.newImplicit();
    cell[CURRENT] = implicit; // not a switch: watchers are not notified of a set (as in CPython)
    return implicit;
  }

  /**
   * Checks that the context is current on the calling thread, for a reset with the token.
   *
   * @throws WrongContextException if another context is current, or none
   * @throws ContextContendedException if another task or thread has taken over the context
   */
  static void checkReset(ContextState context, Token<?> token) {
    @Nullable Object[] cell = CELL.get();
    if (cell == null || cell[CURRENT] != context) {
      throw FlightEvents.misuse(new WrongContextException(token));
    }
    checkChange(cell, context, token.getVariable());
  }

  private static void checkChange(
      @Nullable Object[] cell, ContextState current, ContextVar<?> variable) {
    if (STRICT) {
      CoroutineGuard.checkInstalledByCaller(variable, current, cell[DEPTH]);
    }
    Thread owner = current.conflictingOwner(Thread.currentThread(), cell, cell[TASK]);
    if (owner != null) {
      throw FlightEvents.misuse(new ContextContendedException((Context) current, owner));
    }
  }

  /** Returns whether a set by the calling code would throw; changes nothing. */
  static boolean isSetRejected() {
    @Nullable Object[] cell = cell();
    Thread caller = Thread.currentThread();
    Context current = (Context) cell[CURRENT];
    if (current == null) {
      return CoroutineGuard.findRisk(caller) != null;
    }
    return (STRICT && CoroutineGuard.isForeign(cell[DEPTH]))
        || current.conflictingOwner(caller, cell, cell[TASK]) != null;
  }

  // ---- threads: run, enter, exit ----

  /**
   * Runs the body in the context; see {@link Context#run}.
   *
   * @param isNew whether the context is one that {@link Context#newEntered} has just created
   * @param kind why, for the flight recorder
   */
  static <R extends @Nullable Object> R run(
      Context context, boolean isNew, Supplier<? extends R> body, String kind) {
    @Nullable Object[] cell = cell();
    Thread caller = Thread.currentThread();
    Object depth = STRICT ? cell[DEPTH] : null;
    Object event = FlightEvents.enter(context, kind, null);
    Context before = install(cell, caller, context, isNew);
    try {
      R result;
      try {
        notifyWatchers(cell, before, context);
        result = body.get();
      } catch (Throwable failure) {
        exitAfter(failure, cell, caller, context);
        throw failure;
      }
      exit(cell, caller, context);
      return result;
    } catch (VirtualMachineError error) {
      // The stack may be full, and exit may have thrown before it began. Nothing here needs stack.
      if (context.owner == caller) {
        cell[CURRENT] = context.previous;
        context.previous = null;
        context.owner = null;
      }
      throw error;
    } finally {
      if (STRICT) {
        cell[DEPTH] = depth;
      }
      if (event != null) {
        FlightEvents.exit(event, null);
      }
    }
  }

  /** Makes the context current until {@link #exit(Context)}; see {@link Context#enter}. */
  static void enter(Context context) {
    @Nullable Object[] cell = cell();
    Object event = FlightEvents.enter(context, "enter", cell[ENTERED]);
    Context before = install(cell, Thread.currentThread(), context, false);
    try {
      notifyWatchers(cell, before, context);
      if (event != null) {
        cell[ENTERED] = event;
      }
    } catch (VirtualMachineError error) {
      cell[CURRENT] = before;
      context.previous = null;
      context.owner = null;
      throw error;
    }
  }

  /** Restores what was current before {@link #enter}; see {@link Context#exit}. */
  static void exit(Context context) {
    @Nullable Object[] cell = cell();
    exit(cell, Thread.currentThread(), context);
    if (STRICT) {
      cell[DEPTH] = depthOfRestored(cell);
    }
    Object event = cell[ENTERED];
    if (event != null) {
      try {
        cell[ENTERED] = FlightEvents.outsideOf(context, event);
        FlightEvents.exit(event, cell[ENTERED]);
      } catch (VirtualMachineError outOfStack) {
        // The exit is complete: only the event is missing.
      }
    }
  }

  /** Enters the context, without notifying watchers, and returns what was current. */
  private static @Nullable Context install(
      @Nullable Object[] cell, Thread caller, Context context, boolean isNew) {
    Object depth = STRICT ? CoroutineGuard.depthOfCaller() : null;
    if (!isNew && !context.tryOwn(caller, cell, cell[TASK])) {
      throw FlightEvents.misuse(new ContextEnteredException(context));
    }
    Context before = (Context) cell[CURRENT];
    context.previous = before;
    cell[CURRENT] = context;
    if (STRICT) {
      cell[DEPTH] = depth;
    }
    return before;
  }

  private static void exit(@Nullable Object[] cell, Thread caller, Context context) {
    if (context.owner != caller || cell[CURRENT] != context) {
      throw FlightEvents.misuse(
          context.isEntered()
              ? new ContextNotCurrentException(context)
              : new ContextNotEnteredException(context));
    }
    Context before = context.previous;
    context.previous = null;
    cell[CURRENT] = before;
    try {
      context.release(); // before watchers are notified: they may enter it (as in CPython)
    } catch (VirtualMachineError outOfStack) {
      context.owner = null; // needs no stack, but costs a full fence
    }
    notifyWatchers(cell, context, before);
  }

  /**
   * Exits after a body that threw; a failed exit is added to the body's exception as suppressed.
   */
  private static void exitAfter(
      Throwable failure, @Nullable Object[] cell, Thread caller, Context context) {
    try {
      exit(cell, caller, context);
    } catch (ContextStateException misuse) {
      failure.addSuppressed(misuse);
    }
  }

  // ---- tasks that move between threads: attach, detach ----

  /**
   * Installs the context of a task on the calling thread, and returns the token for {@link
   * #detach}; see {@link ContextSwap#attach} and {@link ContextLease#attach}.
   *
   * @param task a {@link ContextLease}, or the {@link Context} itself if no other code can reach it
   */
  static @Nullable Object attach(Object task) {
    @Nullable Object[] cell = cell();
    Object depth = STRICT ? CoroutineGuard.depthOfCaller() : null;
    Object token = token(cell);
    Context left = (Context) cell[CURRENT];
    boolean onBase = isImplicitOrNone(left);
    Context next =
        task instanceof ContextLease lease
            ? lease.acquire(Thread.currentThread(), cell)
            : (Context) task;
    next.markUsedWithoutEntering(); // before the task writes: each write reads the owner after it
    Object event = FlightEvents.enter(next, "coroutine", cell[ENTERED]);
    if (cell[TASK] == null) {
      cell[BASE] = onBase ? left : null;
    }
    if (event != null) {
      cell[ENTERED] = event;
    }
    if (cell[TASK] != task) { // a task attached on top of itself keeps its first token
      cell[TOKEN] = token; // first: see isAttached
      cell[TASK] = task;
    }
    cell[CURRENT] = next;
    if (STRICT) {
      cell[DEPTH] = depth;
    }
    try {
      notifyWatchers(cell, left, next);
    } catch (VirtualMachineError outOfStack) {
      // The switch is complete, and its caller must get the token: this switch is not notified.
    }
    return token;
  }

  /**
   * Returns what {@link #detach} needs to restore what the calling thread has now: null for no
   * context, and for an implicit context that no attachment hides.
   *
   * <p>A token may be restored on another thread, which must not see this thread's implicit values.
   */
  static @Nullable Object token() {
    @Nullable Object[] cell = CELL.get();
    return cell == null ? null : token(cell);
  }

  private static @Nullable Object token(@Nullable Object[] cell) {
    Context current = (Context) cell[CURRENT];
    Object task = cell[TASK];
    return task == null && isImplicitOrNone(current)
        ? null
        : new Replaced(cell, current, task, cell[TOKEN], cell[ENTERED]);
  }

  /** Restores what {@link #attach} replaced, on this thread or another one. */
  static void detach(@Nullable Object token) {
    @Nullable Object[] cell = cell();
    Object leftTask = cell[TASK];
    Object leftEvent = leftTask == null ? null : cell[ENTERED];
    Context left = (Context) cell[CURRENT];
    Context next;
    if (token instanceof Replaced replaced
        && !(isImplicit(replaced.current) && cell != replaced.cell)) {
      if (leftTask == null) {
        if (replaced.task != null && cell == replaced.cell && isImplicitOrNone(left)) {
          // The enclosing attachment has ended on this thread. Restoring it would leave its context
          // on the thread (Ktor's pipeline restores an inner token last).
          return;
        }
        cell[BASE] = isImplicitOrNone(left) ? left : null;
      }
      next = replaced.current;
      cell[TASK] = replaced.task;
      cell[TOKEN] = replaced.token;
    } else {
      if (leftTask == null) {
        return; // no attachment on this thread: a second restore, or one on a foreign thread
      }
      next = (Context) cell[BASE];
      cell[TASK] = null;
      cell[TOKEN] = null;
    }
    if (cell[TASK] == null) {
      cell[BASE] = null;
    }
    cell[CURRENT] = next;
    if (leftEvent != null) {
      cell[ENTERED] =
          token instanceof Replaced replaced && cell == replaced.cell ? replaced.entered : null;
    }
    if (STRICT) {
      cell[DEPTH] = depthOfRestored(cell);
    }
    if (leftTask instanceof ContextLease lease && leftTask != cell[TASK]) {
      // Before watchers are notified: they may enter its context.
      lease.leave();
    }
    try {
      if (leftEvent != null) {
        FlightEvents.exit(leftEvent, cell[ENTERED]);
      }
      notifyWatchers(cell, left, next);
    } catch (VirtualMachineError outOfStack) {
      // As in attach: a restore must not throw.
    }
  }

  /**
   * Detaches a lease from the calling thread before its regular detach; returns false if the lease
   * is not this thread's innermost attachment.
   */
  static boolean detachEarly(ContextLease lease) {
    @Nullable Object[] cell = cell();
    if (cell[TASK] != lease) {
      return false;
    }
    detach(cell[TOKEN]);
    return true;
  }

  /**
   * Returns whether the task is attached to the thread of the cell; any thread may ask.
   *
   * <p>The answer about another thread may be outdated at once. An attached task is the cell's task
   * or in the chain of its tokens, which are immutable. That thread may change both meanwhile; it
   * writes them in an order in which a task that stays attached is always found.
   */
  static boolean isAttached(@Nullable Object[] cell, ContextLease task) {
    Object attached = cell[TASK];
    Object token = cell[TOKEN];
    while (attached != task) {
      if (!(token instanceof Replaced replaced)) {
        return false;
      }
      attached = replaced.task;
      token = replaced.token;
    }
    return true;
  }

  // ---- integrations: swap ----

  /** Installs a context, or none, and returns what was current; see {@link ContextSwap#swap}. */
  static @Nullable Context swap(@Nullable Context next) {
    @Nullable Object[] cell = CELL.get();
    if (cell == null) {
      if (next == null) {
        return null;
      }
      cell = newCell();
    }
    if (next != null) {
      next.markUsedWithoutEntering();
    }
    Object depth = STRICT ? CoroutineGuard.depthOfCaller() : null;
    Context before = (Context) cell[CURRENT];
    cell[CURRENT] = next;
    if (STRICT) {
      cell[DEPTH] = isImplicitOrNone(next) ? null : depth;
    }
    try {
      notifyWatchers(cell, before, next);
    } catch (VirtualMachineError outOfStack) {
      // As in attach.
    }
    return before;
  }

  // ---- helpers ----

  private static void notifyWatchers(
      @Nullable Object[] cell, @Nullable Context left, @Nullable Context current) {
    if (left != current) {
      ContextWatchers.notifyAll(cell, NOTIFYING, current);
    }
  }

  private static boolean isImplicitOrNone(@Nullable Context context) {
    return context == null || context.isImplicit();
  }

  private static boolean isImplicit(@Nullable Context context) {
    return context != null && context.isImplicit();
  }

  /** A restored context was installed by code further down the stack, at an unknown depth. */
  private static @Nullable Object depthOfRestored(@Nullable Object[] cell) {
    return isImplicitOrNone((Context) cell[CURRENT]) ? null : Integer.MAX_VALUE;
  }

  /** Returns the calling thread's cell. It must not be shared with other threads or retained. */
  private static @Nullable Object[] cell() {
    @Nullable Object[] cell = CELL.get();
    return cell == null ? newCell() : cell;
  }

  private static @Nullable Object[] newCell() {
    @Nullable Object[] cell = new @Nullable Object[SIZE];
    CELL.set(cell);
    return cell;
  }

  private static void initialize(Class<?>... classes) {
    for (Class<?> type : classes) {
      try {
        MethodHandles.lookup().ensureInitialized(type);
      } catch (IllegalAccessException e) {
        throw new AssertionError(e);
      }
    }
  }
}
