// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.samples.orders

/** The tenants that this service works for. */
class TenantRepository {
    /** Returns whether there is such a tenant. */
    fun exists(id: String): Boolean = connection().query("SELECT 1 FROM tenant WHERE id = ?", id) { }.isNotEmpty()
}
