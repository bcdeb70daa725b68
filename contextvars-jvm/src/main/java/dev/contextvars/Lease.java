// SPDX-License-Identifier: Apache-2.0
package dev.contextvars;

import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A task's hold on a context that other code can reach, too; of many such holds the last to begin
 * or resume owns the context.
 *
 * <p>A task that moves between threads cannot enter its context as {@link Context#run} does: it
 * often resumes on the next thread before the last one has left (most hops between the threads of a
 * pool), so that a mark which refuses would refuse at nearly every hop. A lease never refuses
 * another lease. What it does is to tell misuse where that is certain and raising is safe:
 *
 * <ul>
 *   <li>a context that is entered lexically is not leased: the task goes on in a copy, and is
 *       failed by whoever made the lease ({@link #pollRefusal});
 *   <li>code of the task cannot enter the context that the task is in;
 *   <li>a task that lost the context to another one, still alive and on another thread, cannot
 *       change it any more ({@link Context#set}).
 * </ul>
 */
final class Lease {
  private final Context context;
  private final BooleanSupplier isOver;

  // The thread that last attached this lease. Written before the context's owner, read after it.
  private volatile @Nullable Thread thread;

  // What the task goes on in, once refused. Plain: handed from thread to thread with the task.
  private @Nullable Context detached;
  private boolean refused;

  Lease(Context context, BooleanSupplier isOver) {
    this.context = context;
    this.isOver = isOver;
  }

  Context context() {
    return context;
  }

  @Nullable Thread thread() {
    return thread;
  }

  /**
   * Returns whether the task still holds the context, on the calling thread as far as can be told.
   */
  boolean isActiveHere() {
    return thread == Thread.currentThread() && !isOver();
  }

  /** Returns whether the task has ended, though a thread may not have restored yet. */
  boolean isOver() {
    return isOver.getAsBoolean();
  }

  /**
   * Takes the context over for this thread, and returns it, or a copy where it is entered
   * lexically.
   */
  Context claim() {
    if (detached != null) {
      return detached;
    }
    Thread here = Thread.currentThread();
    if (thread != here) { // a look is cheaper than a volatile write, and most tasks stay a while
      thread = here;
    }
    context.share(); // before it has an owner: who becomes that next is to see it
    if (context.claim(this)) {
      return context;
    }
    refused = true;
    detached = context.detachedCopy();
    return detached;
  }

  /** Returns, once, what the task is to fail with if its context was refused. */
  @Nullable ContextEnteredException pollRefusal() {
    if (!refused) {
      return null;
    }
    refused = false;
    return new ContextEnteredException(context);
  }
}
