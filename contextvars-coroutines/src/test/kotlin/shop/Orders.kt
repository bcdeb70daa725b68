// SPDX-License-Identifier: Apache-2.0
package shop

import dev.contextvars.ContextVar
import kotlinx.coroutines.delay

// snippet: orders
val tenant = ContextVar<String>("tenant")

/** The code under test. */
suspend fun findOrders(): String {
    delay(1_000)
    return "orders of ${tenant.get()}"
}
// end: orders
