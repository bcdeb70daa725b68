// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.spring;

import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.autoconfigure.web.servlet.WebMvcRegistrations;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerAdapter;

/** Suspend handlers of Spring MVC, on Boot 3: Boot 4 has moved the interface to another package. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnWeb
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
@ConditionalOnCoroutines
@ConditionalOnClass(WebMvcRegistrations.class)
@ConditionalOnMissingBean(WebMvcRegistrations.class)
class MvcCoroutinesOnBoot3Configuration {
  @Bean
  WebMvcRegistrations contextVarsMvcCoroutines() {
    return new WebMvcRegistrations() {
      @Override
      public RequestMappingHandlerAdapter getRequestMappingHandlerAdapter() {
        return new ContextVarsHandlerAdapter();
      }
    };
  }
}
