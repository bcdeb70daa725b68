// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.spring;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.springframework.context.annotation.Import;

/**
 * Imports the configurations; an annotation of its own, so that they are in no public signature.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Import({
  TaskConfiguration.class,
  ReactorConfiguration.class,
  ServletConfiguration.class,
  MvcConfiguration.class,
  MvcCoroutinesOnBoot3Configuration.class,
  MvcCoroutinesOnBoot4Configuration.class,
  WebFluxConfiguration.class,
  WebFluxCoroutinesConfiguration.class
})
@interface StarterConfigurations {}
