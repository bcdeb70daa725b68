// SPDX-License-Identifier: Apache-2.0
package shop

import kotlinx.coroutines.test.runTest
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Test

// A test that leaks, for docs/testing.md. Its name keeps it out of the build; TestingPageSpec runs it.

// snippet: leak
class LeakyOrders {
    @Test
    fun `finds the orders of the tenant`() = runTest {
        tenant.set("acme") // without a context: the value stays on the thread
        assertEquals("orders of acme", findOrders())
    }
}
// end: leak

/** Sees what [LeakyOrders] has left on its thread; not run by the build itself either. */
class AfterLeakyOrders {
    @Test
    fun `sees no tenant`() = assertEquals("none", tenant.get("none"))
}
