// SPDX-License-Identifier: Apache-2.0

/**
 * A service with Spring Boot: the orders of many tenants. The tenant, the request id and the user of
 * a request are context variables.
 */
package dev.contextvars.samples.spring;
