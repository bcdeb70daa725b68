// SPDX-License-Identifier: Apache-2.0

/**
 * Context variables in Micrometer's context propagation, and so in Reactor.
 *
 * <p>With this artifact on the class path, each snapshot of Micrometer contains the current {@link
 * dev.contextvars.Context}. In Reactor, operators see the values of the code that subscribed, once
 * {@code Hooks.enableAutomaticContextPropagation()} was called.
 */
@NullMarked
package dev.contextvars.micrometer;

import org.jspecify.annotations.NullMarked;
