// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.spring;

import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import reactor.core.publisher.Hooks;

/** Enables Reactor's hooks, unless the application configures them with Boot's own property. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnClass(Hooks.class)
@ConditionalOnBooleanProperty(name = "contextvars.reactor.enabled", matchIfMissing = true)
class ReactorConfiguration {
  private static final String BOOTS_PROPERTY = "spring.reactor.context-propagation";

  /** Runs before all beans are created: the hooks must precede the first pipeline. */
  @Bean
  static BeanFactoryPostProcessor contextVarsReactorHooks(Environment environment) {
    return beans -> {
      if (!environment.containsProperty(BOOTS_PROPERTY)) {
        Hooks.enableAutomaticContextPropagation();
      }
    };
  }
}
