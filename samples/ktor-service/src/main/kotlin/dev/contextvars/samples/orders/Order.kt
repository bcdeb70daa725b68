// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.samples.orders

/** One line of an order. */
data class OrderLine(val sku: String, val quantity: Int)

/** An order as a client sends it. Its lines are for the database to judge. */
data class OrderDraft(val customer: String, val lines: List<OrderLine>) {
    init {
        require(customer.length in 1..100) { "customer: 1 to 100 characters" }
        require(customer.none(Char::isISOControl)) { "customer: no control characters, it goes into the log" }
        require(lines.size in 1..100) { "lines: 1 to 100" }
        require(lines.all { it.sku.length in 1..40 }) { "sku: 1 to 40 characters" }
    }
}

/** An order as it is kept. */
data class Order(
    val id: Long,
    val tenant: String,
    val customer: String,
    val placedBy: String?,
    val requestId: String,
    val items: Long,
)

/** All orders of a tenant, in figures. */
data class OrderSummary(val orders: Long, val items: Long)

/** The database refused an order; none of it is kept. */
class OrderRefused(message: String, cause: Throwable) : Exception(message, cause)
