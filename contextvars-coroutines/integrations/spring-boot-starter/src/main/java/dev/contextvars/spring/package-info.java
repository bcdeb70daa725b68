// SPDX-License-Identifier: Apache-2.0

/**
 * A {@link dev.contextvars.Context} for each request of a Spring Boot service, with Spring MVC or
 * WebFlux, and a copy for each of its tasks.
 *
 * <p>Having the artifact on the class path is enough: see {@link ContextVarsAutoConfiguration}.
 */
@NullMarked
package dev.contextvars.spring;

import org.jspecify.annotations.NullMarked;
