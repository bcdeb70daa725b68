// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.spring;

import dev.contextvars.Context;
import java.util.List;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.server.reactive.ServerHttpRequest;

/** Registers the filter with WebFlux. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnWeb
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.REACTIVE)
class WebFluxConfiguration {
  @Bean
  ContextVarsWebFilter contextVarsWebFilter(
      ObjectProvider<RequestInitializer<ServerHttpRequest>> beans) {
    List<RequestInitializer<ServerHttpRequest>> initializers = beans.orderedStream().toList();
    return new ContextVarsWebFilter(
        new Context(), request -> initializers.forEach(each -> each.initialize(request)));
  }
}
