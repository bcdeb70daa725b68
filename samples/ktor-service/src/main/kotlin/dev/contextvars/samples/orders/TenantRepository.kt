// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.samples.orders

/** The tenants of this service. */
class TenantRepository {
    /** Returns whether the tenant exists. */
    fun exists(id: String): Boolean = connection().query("SELECT 1 FROM tenant WHERE id = ?", id) { }.isNotEmpty()
}
