// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.samples.orders

import dev.contextvars.Context
import dev.contextvars.UnboundVariableException
import dev.contextvars.coroutines.asElement
import dev.contextvars.coroutines.withContext
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeSameInstanceAs
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.launch
import kotlinx.coroutines.withContext
import kotlinx.coroutines.yield
import java.io.IOException

class TransactionsSpec : FunSpec({
    val database = openDatabase("transactions", tenants = emptyList())
    val transactions = Transactions(database)
    afterSpec { database.close() }

    fun add(tenant: String) = connection().execute("INSERT INTO tenant (id) VALUES (?)", tenant)

    fun has(tenant: String): Boolean = database.connection.use { connection ->
        connection.query("SELECT 1 FROM tenant WHERE id = ?", tenant) { }.isNotEmpty()
    }

    test("a transaction commits when its block returns") {
        withContext(Context()) { transactions.run { add("kept") } }
        has("kept") shouldBe true
    }

    test("a transaction rolls back and rethrows if its block throws") {
        shouldThrow<IOException> {
            withContext(Context()) {
                transactions.run {
                    add("failed")
                    throw IOException("no")
                }
            }
        }.message shouldBe "no"
        has("failed") shouldBe false
    }

    test("a transaction rolls back if it is cancelled") {
        val written = CompletableDeferred<Unit>()
        val job = launch(Context().asElement()) {
            transactions.run {
                add("cancelled")
                written.complete(Unit)
                awaitCancellation()
            }
        }
        written.await()
        job.cancelAndJoin()
        has("cancelled") shouldBe false
    }

    test("a transaction keeps its connection across suspensions and threads") {
        withContext(Context()) {
            transactions.run {
                val begun = connection()
                yield()
                connection() shouldBeSameInstanceAs begun
                withContext(Dispatchers.Default) { connection() } shouldBeSameInstanceAs begun
            }
        }
    }

    test("a nested transaction throws IllegalStateException, also in a child") {
        withContext(Context()) {
            transactions.run {
                shouldThrow<IllegalStateException> { transactions.run { } }
                coroutineScope { async { shouldThrow<IllegalStateException> { transactions.run { } } }.await() }
            }
        }
    }

    test("connection() throws UnboundVariableException outside a transaction") {
        withContext(Context()) {
            shouldThrow<UnboundVariableException> { connection() }
            transactions.run { }
            shouldThrow<UnboundVariableException> { connection() }
        }
    }

    test("transactions of concurrent children have separate connections") {
        val connections = withContext(Context()) {
            val bothIn = List(2) { CompletableDeferred<Unit>() }
            List(2) { child ->
                async {
                    transactions.run {
                        bothIn[child].complete(Unit)
                        bothIn.awaitAll()
                        connection()
                    }
                }
            }.awaitAll()
        }
        connections.distinct().size shouldBe 2
    }

    test("waiting transactions do not block the threads of active transactions") {
        withContext(Context()) {
            val gate = CompletableDeferred<Unit>()
            val holding = List(database.maximumPoolSize) { CompletableDeferred<Unit>() }
            val holders = holding.map { held ->
                async {
                    transactions.run {
                        held.complete(Unit)
                        gate.await()
                    }
                }
            }
            holding.awaitAll()
            val threadsOfIo = 64
            val waiters = List(2 * threadsOfIo) { async(start = CoroutineStart.UNDISPATCHED) { transactions.run { } } }
            gate.complete(Unit)
            (holders + waiters).awaitAll()
        }
        database.hikariPoolMXBean.activeConnections shouldBe 0
    }
})
