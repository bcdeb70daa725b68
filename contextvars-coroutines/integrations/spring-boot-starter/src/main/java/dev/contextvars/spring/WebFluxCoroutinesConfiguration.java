// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.spring;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.ReactiveAdapterRegistry;

/** Suspend handlers of WebFlux, and handlers that return a Flow. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnWeb
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.REACTIVE)
@ConditionalOnCoroutines
class WebFluxCoroutinesConfiguration {
  @Bean
  ContextVarsCoroutineWebFilter contextVarsCoroutineWebFilter() {
    return new ContextVarsCoroutineWebFilter();
  }

  @Bean
  SmartInitializingSingleton contextVarsFlows(ObjectProvider<ReactiveAdapterRegistry> registries) {
    return () -> registries.forEach(RequestFlows::inContextOfExchange);
  }
}
