// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.samples.orders.load

import dev.contextvars.samples.orders.LogLine
import dev.contextvars.samples.orders.query
import java.sql.Connection
import java.sql.ResultSet

/** Checks after the load that each log line and each row of the database has the values of its request. */
internal class Audit(private val seed: Long, private val traffic: Traffic, private val results: LoadResults) {
    fun check(line: LogLine) {
        val expected = prefixesOf(line)
        val seen = listOf(line.requestId, line.tenant, line.user)
        results.lines.check(seen in expected) { "$line\n  has $seen instead of one of $expected" }
    }

    /** Returns the values that a line may have. The request is known from the message. */
    private fun prefixesOf(line: LogLine): List<List<String>> {
        val id = LoadRequest.idIn(line.message) ?: return listOf(listOf("-", "-", "-"))
        scenario.find(line.message)?.let { return listOf(listOf(id, it.groupValues[1], it.groupValues[2])) }
        val request = LoadRequest(seed, LoadRequest.numberOf(id))
        val tenant = request.expectedTenant ?: "-"
        val whole = listOf(id, tenant, request.expectedUser ?: "-")
        val cutOff = request.kind == Kind.IMPATIENT && traffic.outcomeOf(request) == Outcome.CANCELLED
        // The client may have disconnected before the tenant or the user was set.
        return if (cutOff) listOf(whole, listOf(id, tenant, "-"), listOf(id, "-", "-")) else listOf(whole)
    }

    fun check(database: Connection) {
        val rows = database.query(
            """
            SELECT p.tenant, p.customer, p.placed_by, p.request_id, COUNT(l.sku) AS line_count
            FROM purchase p LEFT JOIN purchase_line l ON l.purchase = p.id GROUP BY p.id
            """,
            row = ::check,
        )
        val accepted = (0 until REQUESTS)
            .filter { traffic.outcomeOf(LoadRequest(seed, it)) == Outcome.OK && LoadRequest(seed, it).kind.places }
        results.rows.check(rows.size == rows.toSet().size) { "a request has two rows" }
        results.rows.check(rows.containsAll(accepted)) { "accepted, but not stored: ${accepted - rows.toSet()}" }
    }

    /** Checks a row and returns the number of its request, which is part of the customer's name. */
    private fun check(row: ResultSet): Int {
        val request = LoadRequest(seed, LoadRequest.numberOf(row.getString("customer")))
        val seen = listOf(
            row.getString("tenant"),
            row.getString("request_id"),
            row.getString("placed_by"),
            row.getInt("line_count"),
        )
        val expected = listOf(request.tenant, request.id, request.expectedUser, request.skus.size)
        results.rows.check(seen == expected) { "${request.kind}: a row has $seen instead of $expected" }
        results.rows.check(request.kind.places) { "${request.kind}: a row of $seen" }
        return request.number
    }

    private companion object {
        val scenario = Regex("""^scenario of \S+ for (\S+) by (\S+)$""")
    }
}
