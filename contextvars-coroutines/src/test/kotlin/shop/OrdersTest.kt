// SPDX-License-Identifier: Apache-2.0
package shop

import dev.contextvars.Context
import dev.contextvars.coroutines.asElement
import kotlinx.coroutines.test.runTest
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Test

// snippet: runTest
class OrdersTest {
    @Test
    fun `finds the orders of the tenant`() = runTest(Context().asElement()) {
        tenant.set("acme")
        assertEquals("orders of acme", findOrders())
    }
}
// end: runTest
