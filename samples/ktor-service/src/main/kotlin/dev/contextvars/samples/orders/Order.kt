// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.samples.orders

/** One line of an order. */
data class OrderLine(val sku: String, val quantity: Int)

/** An order as a client sends it. The database validates its lines. */
data class OrderDraft(val customer: String, val lines: List<OrderLine>) {
    init {
        require(customer.length in 1..100) { "customer: 1 to 100 characters" }
        require(customer.none(Char::isISOControl)) { "customer: no control characters, it goes into the log" }
        require(lines.size in 1..100) { "lines: 1 to 100" }
        require(lines.all { it.sku.length in 1..40 }) { "sku: 1 to 40 characters" }
    }
}

/** A stored order. */
data class Order(
    val id: Long,
    val tenant: String,
    val customer: String,
    val placedBy: String?,
    val requestId: String,
    val items: Long,
)

/** The number of orders and items of a tenant. */
data class OrderSummary(val orders: Long, val items: Long)

/** Thrown if the database rejects an order; no part of it is stored. */
class OrderRejected(message: String, cause: Throwable) : Exception(message, cause)
