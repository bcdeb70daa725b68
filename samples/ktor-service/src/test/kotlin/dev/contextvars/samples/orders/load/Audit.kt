// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.samples.orders.load

import dev.contextvars.samples.orders.LogLine
import dev.contextvars.samples.orders.query
import java.sql.Connection
import java.sql.ResultSet

/** Looks at what the load left behind: each line in the log and each row in the database has to be its request's. */
internal class Audit(private val seed: Long, private val traffic: Traffic, private val tally: Tally) {
    fun check(line: LogLine) {
        val expected = prefixesOf(line)
        val seen = listOf(line.requestId, line.tenant, line.user)
        tally.lines.check(seen in expected) { "$line\n  has $seen instead of one of $expected" }
    }

    /** What a line may say of its call. Whose it is, the message itself tells. */
    private fun prefixesOf(line: LogLine): List<List<String>> {
        val id = LoadRequest.idIn(line.message) ?: return listOf(listOf("-", "-", "-"))
        storm.find(line.message)?.let { return listOf(listOf(id, it.groupValues[1], it.groupValues[2])) }
        val request = LoadRequest(seed, LoadRequest.numberOf(id))
        val tenant = request.expectedTenant ?: "-"
        val whole = listOf(id, tenant, request.expectedUser ?: "-")
        val cutOff = request.kind == Kind.IMPATIENT && traffic.outcomeOf(request) == Outcome.CANCELLED
        // Its client may have gone before the tenant was known, or the user.
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
        tally.rows.check(rows.size == rows.toSet().size) { "a request has two rows" }
        tally.rows.check(rows.containsAll(accepted)) { "accepted, and not there: ${accepted - rows.toSet()}" }
    }

    /** Checks a row and returns the number of its request, which the customer's name tells. */
    private fun check(row: ResultSet): Int {
        val request = LoadRequest(seed, LoadRequest.numberOf(row.getString("customer")))
        val seen = listOf(
            row.getString("tenant"),
            row.getString("request_id"),
            row.getString("placed_by"),
            row.getInt("line_count"),
        )
        val expected = listOf(request.tenant, request.id, request.expectedUser, request.skus.size)
        tally.rows.check(seen == expected) { "${request.kind}: a row has $seen instead of $expected" }
        tally.rows.check(request.kind.places) { "${request.kind}: a row of $seen" }
        return request.number
    }

    private companion object {
        val storm = Regex("""^storm of \S+ for (\S+) by (\S+)$""")
    }
}
