// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.samples.orders

import com.zaxxer.hikari.HikariDataSource
import dev.contextvars.ContextVar
import dev.contextvars.coroutines.withValue
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.sync.Semaphore
import kotlinx.coroutines.sync.withPermit
import kotlinx.coroutines.withContext
import java.sql.Connection

private val transaction = ContextVar<Connection>("transaction")

/**
 * Returns the connection of the current transaction. Intended for repository functions, blocking or suspending.
 *
 * @throws dev.contextvars.UnboundVariableException if the caller is not inside [Transactions.run]
 */
fun connection(): Connection = transaction.get()

/** Runs code in database transactions. The current transaction is a context variable. */
class Transactions(private val pool: HikariDataSource) {
    // A suspended block needs a thread of Dispatchers.IO to continue. If calls blocked these threads while waiting for
    // a connection, the blocks that have a connection might never release it.
    private val free = Semaphore(pool.maximumPoolSize)

    /**
     * Runs the block in a new transaction on [Dispatchers.IO]. Commits if the block returns, and rolls back if it fails
     * or is cancelled.
     *
     * ```
     * transactions.run { orders.place(draft) }   // place() calls connection(), on any thread
     * ```
     *
     * A coroutine launched inside the block gets a copy of the context, and with it the connection, which two threads
     * must not use concurrently. Launch the children first, and run a transaction in each.
     *
     * @throws IllegalStateException if a transaction is in progress; the block is not run
     */
    suspend fun <T> run(block: suspend () -> T): T {
        check(!transaction.isSet) { "a transaction is in progress: fan out before it, not inside" }
        return free.withPermit {
            withContext(Dispatchers.IO) {
                pool.connection.use { connection ->
                    transaction.withValue(connection) { connection.commitAfter(block) }
                }
            }
        }
    }
}

private suspend fun <T> Connection.commitAfter(block: suspend () -> T): T =
    try {
        block().also { commit() }
    } catch (failure: Throwable) {
        runCatching { rollback() }.onFailure(failure::addSuppressed)
        throw failure
    }
