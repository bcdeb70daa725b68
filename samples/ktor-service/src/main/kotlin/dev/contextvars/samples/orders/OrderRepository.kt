// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.samples.orders

import kotlinx.coroutines.yield
import org.slf4j.LoggerFactory
import java.sql.SQLIntegrityConstraintViolationException

private val log = LoggerFactory.getLogger("orders")

/**
 * The orders of the current tenant, accessed in the current transaction. Neither is a parameter, so a caller cannot
 * pass the wrong one.
 */
class OrderRepository {
    /** Returns the latest orders, newest first. */
    fun latest(limit: Int = 20): List<Order> =
        connection().query(LATEST, tenant.get(), limit) { row ->
            Order(
                id = row.getLong("id"),
                tenant = row.getString("tenant"),
                customer = row.getString("customer"),
                placedBy = row.getString("placed_by"),
                requestId = row.getString("request_id"),
                items = row.getLong("items"),
            )
        }

    /** Returns the number of orders and of their items. */
    fun summary(): OrderSummary =
        connection()
            .query(
                SUMMARY,
                tenant.get(),
            ) { row -> OrderSummary(row.getLong("orders"), row.getLong("items")) }
            .single()

    /**
     * Stores an order with its lines, and returns it.
     *
     * @throws OrderRejected if the database rejects one of the lines
     */
    suspend fun place(draft: OrderDraft): Order {
        val id = insert(draft.customer)
        draft.lines.forEachIndexed { index, line ->
            // If the client has disconnected, the call is cancelled here. Otherwise it may continue on another thread,
            // with the same tenant and transaction.
            yield()
            insert(id, index, line)
        }
        log.info("order {} placed for {}", id, draft.customer)
        val items = draft.lines.sumOf { it.quantity.toLong() }
        return Order(id, tenant.get(), draft.customer, user.get(), requestId.get(), items)
    }

    private fun insert(customer: String): Long =
        connection().insert(
            "INSERT INTO purchase (tenant, customer, placed_by, request_id) VALUES (?, ?, ?, ?)",
            tenant.get(),
            customer,
            user.get(),
            requestId.get(),
        )

    private fun insert(order: Long, index: Int, line: OrderLine) =
        try {
            connection().execute(
                "INSERT INTO purchase_line (purchase, sku, quantity) VALUES (?, ?, ?)",
                order,
                line.sku,
                line.quantity,
            )
        } catch (cause: SQLIntegrityConstraintViolationException) {
            throw OrderRejected("line ${index + 1}: a sku appears once in an order, with a quantity above zero", cause)
        }
}

private const val LATEST = """
    SELECT p.id, p.tenant, p.customer, p.placed_by, p.request_id, SUM(l.quantity) AS items
    FROM purchase p JOIN purchase_line l ON l.purchase = p.id
    WHERE p.tenant = ?
    GROUP BY p.id ORDER BY p.id DESC LIMIT ?
"""

private const val SUMMARY = """
    SELECT COUNT(DISTINCT p.id) AS orders, COALESCE(SUM(l.quantity), 0) AS items
    FROM purchase p JOIN purchase_line l ON l.purchase = p.id
    WHERE p.tenant = ?
"""
