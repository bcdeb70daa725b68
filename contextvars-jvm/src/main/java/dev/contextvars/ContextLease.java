// SPDX-License-Identifier: Apache-2.0
package dev.contextvars;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * SPI: a task's claim on a context that other code can also reach, such as a coroutine's claim on
 * the context that its caller passed.
 *
 * <p>A task that moves between threads cannot enter its context: it often resumes on the next
 * thread before the previous one has detached. A lease therefore never excludes another lease. It
 * reports misuse when misuse is certain and an exception is safe:
 *
 * <ul>
 *   <li>While a thread has entered the context with {@link Context#run}, the claim is rejected.
 *       {@link #attach} installs a copy, and {@link #takeFailure} returns the exception that the
 *       task must fail with.
 *   <li>While the task runs in the context, {@code run} throws on the task's thread, even inside a
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
 * <p>A lease belongs to one task, and moves between threads with it. Only {@link #close} may be
 * called by any thread at any time. A context that is not entered retains its last lease, and all
 * that {@code isCompleted} captures. It releases them when the completed task detaches, when the
 * lease is closed, or when other code takes over the context.
 */
public final class ContextLease implements AutoCloseable {
  private static final VarHandle CELL;
  private static final VarHandle CLOSED;

  static {
    try {
      MethodHandles.Lookup lookup = MethodHandles.lookup();
      CELL = lookup.findVarHandle(ContextLease.class, "cell", Object[].class);
      CLOSED = lookup.findVarHandle(ContextLease.class, "closed", boolean.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final Context context;
  private final BooleanSupplier isCompleted;
  private final @Nullable ContextLease enclosing;

  // The cell of the thread that attached this lease last; the task runs there while the lease is
  // attached in that cell. Written with release before the context's owner, and read after it.
  private volatile @Nullable Object @Nullable [] cell;

  // The thread of that cell, only for messages. Plain: written before the cell and read after it.
  private @Nullable Thread thread;

  // Any thread may close the lease. Written with release, which is enough for a flag.
  private volatile boolean closed;

  // The copy that the task runs in after its claim was rejected. Plain, like `failed`: both are
  // confined to the task, and passing the task from thread to thread is a happens-before edge.
  private @Nullable Context detached;
  private boolean failed;

  /**
   * Creates a claim on a context; O(1).
   *
   * @param isCompleted returns whether the task has completed; called by any thread, must not throw
   * @throws NullPointerException if an argument is null
   */
  public ContextLease(Context context, BooleanSupplier isCompleted) {
    this(context, isCompleted, null);
  }

  /**
   * Creates a claim on a context for a task whose caller waits for it in another lease; O(1).
   *
   * <p>Code of this task cannot enter the context of the enclosing lease either, because the
   * waiting task is still in it.
   *
   * @param isCompleted returns whether the task has completed; called by any thread, must not throw
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
   * Installs the context on the calling thread, or a copy if a thread has entered the context or
   * this lease is closed; O(1).
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
   * <p>Intended for a scope that ends while its caller continues on the same thread. The {@link
   * ContextSwap#detach} for the {@link #attach} may still follow; it must restore what the scope's
   * caller needs.
   */
  public boolean detachEarly() {
    return ThreadState.detachEarly(this);
  }

  /**
   * Returns the exception that the task must fail with if {@link #attach} was rejected, or null. A
   * rejection is returned once; O(1).
   */
  public @Nullable IllegalStateException takeFailure() {
    if (!failed) {
      return null;
    }
    ContextEnteredException failure = FlightEvents.misuse(new ContextEnteredException(context));
    failed = false; // last: if creating the exception fails, a later call can try again
    return failure;
  }

  /**
   * Ends this claim, as the task's completion does: other code may use the context; O(1).
   *
   * <p>Intended for integrations that have no task to query, such as a servlet filter. Closing
   * again has no effect. {@link #attach} of a closed lease installs a copy. Any thread may call it.
   */
  @Override
  public void close() {
    CLOSED.setRelease(this, true);
    context.forget(this);
  }

  // ---- used by the core ----

  /**
   * Returns the thread that runs the task, or null if it is the calling thread, or if the task is
   * suspended or completed.
   *
   * @param callers the calling thread's cell
   */
  @Nullable Thread otherThread(@Nullable Object[] callers) {
    @Nullable Object[] cell = this.cell;
    return cell == null || cell == callers || isCompleted() || !ThreadState.isAttached(cell, this)
        ? null
        : thread;
  }

  /** Returns whether the task has completed, although a thread may not have detached yet. */
  private boolean isCompleted() {
    return closed || isCompleted.getAsBoolean();
  }

  /** Returns whether the task runs on the calling thread, which has the given cell. */
  boolean isActiveIn(@Nullable Object[] callers) {
    return cell == callers && !isCompleted() && ThreadState.isAttached(callers, this);
  }

  /**
   * Returns whether the task, or a task that waits for it, runs in the given context.
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
   *
   * @param callers the calling thread's cell
   */
  Context acquire(Thread caller, @Nullable Object[] callers) {
    if (detached != null) {
      return detached;
    }
    if (closed) {
      detached = context.detachedCopy();
      return detached;
    }
    if (cell != callers) {
      thread = caller;
      CELL.setRelease(this, callers);
    }
    if (context.tryClaim(this)) {
      return context;
    }
    detached = context.detachedCopy();
    failed = true;
    return detached;
  }

  /** Frees the context if the task is completed, after a detach; never throws. */
  void leave() {
    try {
      if (isCompleted()) {
        context.forget(this);
      }
    } catch (VirtualMachineError outOfStack) {
      // The context retains this lease until other code takes over the context.
    }
  }
}
