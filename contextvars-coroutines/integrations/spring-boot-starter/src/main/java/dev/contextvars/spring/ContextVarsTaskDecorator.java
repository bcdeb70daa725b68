// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.spring;

import dev.contextvars.ContextTasks;
import org.springframework.core.task.TaskDecorator;

/**
 * Runs each task in a copy of its submitter's {@link dev.contextvars.Context}.
 *
 * <p>Spring Boot's own executors and schedulers have this decorator. Set it on an executor that the
 * application creates itself:
 *
 * <pre>{@code
 * ThreadPoolTaskExecutor mails = new ThreadPoolTaskExecutor();
 * mails.setTaskDecorator(new ContextVarsTaskDecorator());
 * }</pre>
 *
 * <p>The values are those of the time at which the task is submitted or scheduled. A scheduler
 * decorates a periodic task once, so each run gets a new copy: what a run sets is not visible to
 * the next one. The decorator has no state. Any thread may use it, and it costs O(1).
 */
public final class ContextVarsTaskDecorator implements TaskDecorator {
  /** Creates a decorator. */
  public ContextVarsTaskDecorator() {}

  @Override
  public Runnable decorate(Runnable task) {
    return ContextTasks.inCopy(task);
  }
}
