// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.spring;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;

/** Matches if the application can have suspend handlers, which need three optional artifacts. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
@ConditionalOnClass(
    name = { // an annotation that names a missing class would be ignored
      "dev.contextvars.coroutines.ContextSource",
      "kotlinx.coroutines.reactor.MonoKt",
      "kotlin.reflect.full.KCallables"
    })
@interface ConditionalOnCoroutines {}
