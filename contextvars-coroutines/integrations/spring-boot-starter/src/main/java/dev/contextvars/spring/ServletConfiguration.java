// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.spring;

import dev.contextvars.Context;
import dev.contextvars.servlet.ContextVarsFilter;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.http.HttpServletRequest;
import java.util.EnumSet;
import java.util.List;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;

/** Registers the filter with a servlet container. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnWeb
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
class ServletConfiguration {
  @Bean
  FilterRegistrationBean<ContextVarsFilter> contextVarsFilter(
      ObjectProvider<RequestInitializer<HttpServletRequest>> beans) {
    List<RequestInitializer<HttpServletRequest>> initializers = beans.orderedStream().toList();
    ContextVarsFilter filter =
        new ContextVarsFilter(
            new Context(), request -> initializers.forEach(each -> each.initialize(request)));
    FilterRegistrationBean<ContextVarsFilter> registration = new FilterRegistrationBean<>(filter);
    registration.setOrder(Ordered.HIGHEST_PRECEDENCE);
    registration.setDispatcherTypes(
        EnumSet.of(DispatcherType.REQUEST, DispatcherType.ASYNC, DispatcherType.ERROR));
    return registration;
  }
}
