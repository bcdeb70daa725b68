// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.spring;

/**
 * Sets the first variables of each request. It runs in the new {@link dev.contextvars.Context} of
 * the request, before all filters and handlers.
 *
 * <p>Each bean of the request type of the service is called, in the order of the beans: {@code
 * RequestInitializer<HttpServletRequest>} with Spring MVC, {@code
 * RequestInitializer<ServerHttpRequest>} with WebFlux.
 *
 * <pre>
 * &#64;Bean
 * RequestInitializer&lt;HttpServletRequest&gt; tenant() {
 *   return request ->
 *       Optional.ofNullable(request.getHeader("X-Tenant"))
 *           .filter(TENANT_PATTERN.asMatchPredicate())
 *           .ifPresent(TENANT::set);
 * }
 * </pre>
 *
 * <p>Headers are not trusted. Check a value before you set it, and ignore an invalid one.
 *
 * @param <R> the type of the request
 */
@FunctionalInterface
public interface RequestInitializer<R> {
  /**
   * Sets variables of a new request.
   *
   * <p>Called once for each request, by the thread that received it. If it throws, the request
   * fails with the exception.
   */
  void initialize(R request);
}
