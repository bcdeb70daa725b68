// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.spring;

import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/** Registers the interceptor with Spring MVC. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnWeb
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
@ConditionalOnClass(WebMvcConfigurer.class)
class MvcConfiguration {
  @Bean
  WebMvcConfigurer contextVarsMvc() {
    return new WebMvcConfigurer() {
      @Override
      public void addInterceptors(InterceptorRegistry registry) {
        registry.addInterceptor(new ContextVarsCallables()).order(Ordered.HIGHEST_PRECEDENCE);
      }
    };
  }
}
