// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.spring;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;

/**
 * Configures context variables in a Spring Boot service; public so that applications can exclude
 * it.
 *
 * <table>
 *   <caption>Properties, which are true by default</caption>
 *   <tr><th>property</th><th>false means</th></tr>
 *   <tr><td>{@code contextvars.enabled}</td><td>nothing is registered</td></tr>
 *   <tr><td>{@code contextvars.web.enabled}</td>
 *     <td>no filters, no interceptor, no coroutine support</td></tr>
 *   <tr><td>{@code contextvars.tasks.enabled}</td>
 *     <td>Boot's executors and schedulers get no decorator</td></tr>
 *   <tr><td>{@code contextvars.reactor.enabled}</td>
 *     <td>Reactor's hooks are not changed; they are not changed either if {@code
 *     spring.reactor.context-propagation} is set</td></tr>
 * </table>
 */
@AutoConfiguration
@ConditionalOnBooleanProperty(name = "contextvars.enabled", matchIfMissing = true)
@StarterConfigurations
public final class ContextVarsAutoConfiguration {
  /** Called by Spring. */
  public ContextVarsAutoConfiguration() {}
}
