// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.samples.orders

import io.ktor.http.HttpStatusCode
import io.ktor.server.request.receive
import io.ktor.server.response.respond
import io.ktor.server.response.respondText
import io.ktor.server.routing.Route
import io.ktor.server.routing.get
import io.ktor.server.routing.post
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.coroutineScope

/** The response of `GET /orders`. */
data class OrderPage(val tenant: String, val summary: OrderSummary, val latest: List<Order>)

/** Adds the routes that list the orders of the current tenant, place an order, and return the average size. */
fun Route.orders(transactions: Transactions, orders: OrderRepository, precision: PrecisionClient) {
    get {
        // Two concurrent queries. Each child has a copy of this call's context: the same tenant, but its own
        // transaction.
        val page = coroutineScope {
            val summary = async(Dispatchers.IO) { transactions.run { orders.summary() } }
            val latest = async(Dispatchers.IO) { transactions.run { orders.latest() } }
            OrderPage(tenant.get(), summary.await(), latest.await())
        }
        call.respond(page)
    }
    post {
        val draft = call.receive<OrderDraft>()
        val order = transactions.run { orders.place(draft) }
        call.respond(HttpStatusCode.Created, order)
    }
    get("/average") {
        val summary = transactions.run { orders.summary() }
        if (summary.orders == 0L) throw NoOrders()
        call.respondText(precision.divide(summary.items, summary.orders) + "\n")
    }
}

/** Thrown if the average is requested of a tenant without orders. */
class NoOrders : Exception()
