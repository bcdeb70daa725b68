// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.spring;

import java.util.ArrayList;
import java.util.List;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.SpringBootVersion;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.task.SimpleAsyncTaskExecutorCustomizer;
import org.springframework.boot.task.SimpleAsyncTaskSchedulerCustomizer;
import org.springframework.boot.task.ThreadPoolTaskExecutorCustomizer;
import org.springframework.boot.task.ThreadPoolTaskSchedulerCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.core.task.TaskDecorator;
import org.springframework.core.task.support.CompositeTaskDecorator;

/**
 * Adds the decorator to Boot's executors and schedulers. The customizers come last, because an
 * executor has one decorator: theirs contains the decorator that Boot has set.
 */
@Configuration(proxyBeanMethods = false)
@ConditionalOnBooleanProperty(name = "contextvars.tasks.enabled", matchIfMissing = true)
class TaskConfiguration {
  @Bean
  @Order(Ordered.LOWEST_PRECEDENCE)
  ThreadPoolTaskExecutorCustomizer contextVarsExecutors(ObjectProvider<TaskDecorator> beans) {
    return executor -> executor.setTaskDecorator(withOurs(beans));
  }

  @Bean
  @Order(Ordered.LOWEST_PRECEDENCE)
  SimpleAsyncTaskExecutorCustomizer contextVarsVirtualExecutors(
      ObjectProvider<TaskDecorator> beans) {
    return executor -> executor.setTaskDecorator(withOurs(beans));
  }

  @Bean
  @Order(Ordered.LOWEST_PRECEDENCE)
  ThreadPoolTaskSchedulerCustomizer contextVarsSchedulers(ObjectProvider<TaskDecorator> beans) {
    return scheduler -> scheduler.setTaskDecorator(withOurs(beans));
  }

  @Bean
  @Order(Ordered.LOWEST_PRECEDENCE)
  SimpleAsyncTaskSchedulerCustomizer contextVarsVirtualSchedulers(
      ObjectProvider<TaskDecorator> beans) {
    return scheduler -> scheduler.setTaskDecorator(withOurs(beans));
  }

  /** Returns a decorator that applies the application's decorators inside of ours. */
  private static TaskDecorator withOurs(ObjectProvider<TaskDecorator> beans) {
    List<TaskDecorator> decorators = new ArrayList<>(beans.orderedStream().toList());
    if (decorators.size() > 1 && SpringBootVersion.getVersion().startsWith("3.")) {
      decorators.clear(); // Boot 3 applies none of several decorators
    }
    decorators.add(new ContextVarsTaskDecorator());
    return new CompositeTaskDecorator(decorators);
  }
}
