// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.samples.orders

import dev.contextvars.ContextVar

// What every layer of the service may ask for, and no function has to pass on. Each call has its own values: the server
// is built with a context element (Server.kt), the interceptors set them (Interceptors.kt), and from there they go along
// into suspend functions, blocking functions, other threads and child coroutines. The fourth one, the transaction in
// progress, is private to Transactions.kt.

/** The tenant whose data this call works on. */
val tenant = ContextVar<String>("tenant")

/** What the client, the log lines and the rows of this call have in common. */
val requestId = ContextVar<String>("requestId")

/** Who makes this call, once that is known; null for an anonymous one. */
val user = ContextVar<String?>("user", null)
