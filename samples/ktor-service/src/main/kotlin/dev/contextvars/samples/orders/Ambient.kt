// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.samples.orders

import dev.contextvars.ContextVar
import dev.contextvars.logging.LogFields

// The values that every layer of the service can read, without passing them as parameters. Each call has its own
// values: the server is created with a context element (Server.kt), and the interceptors set the values
// (Interceptors.kt). From there they are propagated to suspend functions, blocking functions, other threads and child
// coroutines. The fourth variable, the current transaction, is private to Transactions.kt.

/** The tenant whose data this call uses. */
val tenant = ContextVar<String>("tenant")

/** The id of this call, which appears in the response, the log lines and the database rows. */
val requestId = ContextVar<String>("requestId")

/** The authenticated user of this call; null for an anonymous call. */
val user = ContextVar<String?>("user", null)

/** Shows these values in every log line of a call (`logback.xml`); must be called once, when the process starts. */
fun logAmbientValues() {
    LogFields.add(tenant)
    LogFields.add(requestId)
    LogFields.add(user)
}
