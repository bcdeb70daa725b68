// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.docs.examples

import dev.contextvars.Context
import dev.contextvars.ContextVar
import dev.contextvars.coroutines.getValue
import dev.contextvars.coroutines.withContext
import dev.contextvars.coroutines.withValue
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.withContext
import java.sql.Connection
import javax.sql.DataSource

// snippet: tenant
val tenant = ContextVar<String>("tenant") // no default: get() must throw

private val wellFormed = Regex("[a-z0-9]{1,40}")

/** Runs a request in its own context. Call it at the edge. */
suspend fun <T> withTenant(header: String?, request: suspend () -> T): T {
    require(header != null && wellFormed.matches(header)) { "no tenant" }
    return withContext(Context().with(tenant, header)) { request() }
}

/** The orders of the current tenant. No caller can pass a wrong one. */
class Orders(private val rows: Map<String, List<String>>) {
    fun all(): List<String> = rows[tenant.get()].orEmpty()
}
// end: tenant

// snippet: transaction
class Transactions(private val database: DataSource) {
    private val current = ContextVar
        .builder<Connection>("transaction")
        .excludeFromCopies() // two threads must not use one connection
        .build()

    /** The connection of the transaction; throws outside of one. */
    val connection: Connection by current

    suspend fun <T> run(block: suspend () -> T): T = withContext(Dispatchers.IO) {
        check(!current.isSet) { "a transaction is in progress" }
        database.connection.use { connection ->
            connection.autoCommit = false
            current.withValue(connection) { connection.commitAfter(block) }
        }
    }
}

private suspend fun <T> Connection.commitAfter(block: suspend () -> T): T =
    try {
        block().also { commit() }
    } catch (failure: Throwable) {
        // also a cancellation
        rollback()
        throw failure
    }
// end: transaction
