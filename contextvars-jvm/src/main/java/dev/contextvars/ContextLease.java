// SPDX-License-Identifier: Apache-2.0
package dev.contextvars;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * SPI: a task's claim on a context that other code can reach too, such as a coroutine's on the
 * context that its caller passed.
 *
 * <p>A task that moves between threads cannot enter its context: it often resumes on the next
 * thread before the previous one has detached. A lease therefore never excludes another lease. It
 * reports misuse when misuse is certain and an exception is safe:
 *
 * <ul>
 *   <li>While a thread has entered the context with {@link Context#run}, the task does not get it.
 *       {@link #attach} installs a copy, and {@link #takeFailure} returns what the task must fail
 *       with.
 *   <li>While the task runs in the context, {@code run} throws on the task's thread, also inside a
 *       nested {@code run} of another context, and inside a nested lease ({@code enclosing}).
 *   <li>Of two tasks in one context on two threads, the one that attached last is the owner. A
 *       {@code set} by the other one throws {@link ContextContendedException}.
 * </ul>
 *
 * <pre>{@code
 * Object token = lease.attach();
 * try {
 *   IllegalStateException failure = lease.takeFailure();
 *   if (failure == null) task.step(); else task.fail(failure);
 * } finally {
 *   ContextSwap.detach(token);
 * }
 * }</pre>
 *
 * <p>A lease is for one task, and moves between threads with it. Only {@link #close} may be called
 * by any thread at any time. A context that is not entered keeps the last lease, and with it what
 * {@code isCompleted} captures, until the task is completed and detaches, the lease is closed, or
 * other code takes the context.
 */
public final class ContextLease implements AutoCloseable {
  private static final VarHandle THREAD;

  static {
    try {
      THREAD = MethodHandles.lookup().findVarHandle(ContextLease.class, "thread", Thread.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final Context context;
  private final BooleanSupplier isCompleted;
  private final @Nullable ContextLease enclosing;

  // The thread that runs the task, or null while the task is suspended. Written before the
  // context's owner and read after it. Taken back by compare-and-set: the task may have resumed on
  // another thread.
  private volatile @Nullable Thread thread;

  // Volatile: the thread that closes may be another one than the task's.
  private volatile boolean closed;

  // The copy that the task runs in after its claim was rejected. Plain, like failure: whatever
  // hands
  // the task from thread to thread is the happens-before edge.
  private @Nullable Context detached;
  private boolean failed;

  /**
   * Creates a claim on a context; O(1).
   *
   * @param isCompleted returns whether the task has ended; called from any thread, must not throw
   * @throws NullPointerException if an argument is null
   */
  public ContextLease(Context context, BooleanSupplier isCompleted) {
    this(context, isCompleted, null);
  }

  /**
   * Creates a claim on a context for a task that waits inside another task's context; O(1).
   *
   * <p>Code of this task cannot enter the context of the enclosing lease either: the task that
   * waits is still in it.
   *
   * @param isCompleted returns whether the task has ended; called from any thread, must not throw
   * @param enclosing the lease of the waiting task, or null if it has none
   * @throws NullPointerException if another argument is null
   */
  public ContextLease(
      Context context, BooleanSupplier isCompleted, @Nullable ContextLease enclosing) {
    this.context = Objects.requireNonNull(context, "context");
    this.isCompleted = Objects.requireNonNull(isCompleted, "isCompleted");
    this.enclosing = enclosing;
  }

  /**
   * Installs the context on the calling thread, or a copy of it if a thread has entered it; O(1).
   *
   * @return a token for {@link ContextSwap#detach}
   */
  public @Nullable Object attach() {
    return ThreadState.attach(this);
  }

  /**
   * Detaches this lease from the calling thread if it is the thread's innermost attachment, and
   * returns whether it was; O(1), never throws.
   *
   * <p>For a scope that ends while the code around it continues on the same thread. The {@link
   * ContextSwap#detach} that belongs to the {@link #attach} may still follow, and must restore what
   * the scope's caller needs.
   */
  public boolean detachEarly() {
    return ThreadState.detachEarly(this);
  }

  /**
   * Returns the exception that the task must fail with, once, after an {@link #attach} that was
   * rejected; null otherwise.
   */
  public @Nullable IllegalStateException takeFailure() {
    if (!failed) {
      return null;
    }
    ContextEnteredException failure = Misuse.recorded(new ContextEnteredException(context));
    failed = false; // last: if the failure cannot be created now, it can be taken later
    return failure;
  }

  /**
   * Ends this claim: the context is free for other code, as after the task's completion; O(1).
   *
   * <p>For integrations without a task to ask, such as a servlet filter. Closing twice has no
   * effect. {@link #attach} of a closed lease installs a copy.
   */
  @Override
  public void close() {
    closed = true;
    context.forget(this);
  }

  // ---- for the core ----

  /** Returns the thread that runs the task, or null while the task is suspended. */
  @Nullable Thread thread() {
    return thread;
  }

  /** Returns whether the task has ended, although a thread may not have detached yet. */
  boolean isCompleted() {
    return closed || isCompleted.getAsBoolean();
  }

  /** Returns whether the task runs on the calling thread. */
  boolean isActiveOn(Thread caller) {
    return thread == caller && !isCompleted();
  }

  /**
   * Returns whether the task, or one that waits for it, is in the given context.
   *
   * <p>A completed task may still be on the stack: completing it can resume a joiner before the
   * dispatcher detaches it.
   */
  boolean isInside(ContextState other) {
    ContextLease lease = this;
    do {
      if (lease.context == other && lease.detached == null && !lease.isCompleted()) {
        return true;
      }
      lease = lease.enclosing;
    } while (lease != null);
    return false;
  }

  /**
   * Claims the context for a task on the calling thread; returns it, or a copy if it is entered.
   */
  Context acquire(Thread caller) {
    if (detached != null) {
      return detached;
    }
    if (closed) {
      detached = context.detachedCopy();
      return detached;
    }
    if (thread != caller) { // a volatile read is cheaper than a volatile write
      thread = caller;
    }
    context.markUsedWithoutEntering(); // before the owner is written: see isConfinedToCaller
    if (context.tryClaim(this)) {
      return context;
    }
    detached = context.detachedCopy();
    failed = true;
    return detached;
  }

  /** Records that the task has left the calling thread; never throws. */
  void leave(Thread caller) {
    try {
      if (thread == caller) {
        THREAD.compareAndSet(this, caller, null);
      }
      if (isCompleted()) {
        context.forget(this);
      }
    } catch (VirtualMachineError outOfStack) {
      if (thread == caller) { // not atomic, but needs no stack
        thread = null;
      }
    }
  }
}
