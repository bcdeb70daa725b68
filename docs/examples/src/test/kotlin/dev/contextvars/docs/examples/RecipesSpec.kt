// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.docs.examples

import dev.contextvars.Context
import dev.contextvars.UnboundVariableException
import dev.contextvars.coroutines.withContext
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch
import org.h2.jdbcx.JdbcDataSource
import java.io.IOException

class RecipesSpec : FunSpec({
    val orders = Orders(mapOf("acme" to listOf("tea"), "globex" to listOf("milk")))

    // snippet: tenant
    test("two requests at once see the orders of their own tenants") {
        val requests = listOf("acme", "globex").map { tenant ->
            async {
                withTenant(tenant) {
                    delay(10) // meanwhile, the other request runs
                    orders.all()
                }
            }
        }
        requests.awaitAll() shouldBe listOf(listOf("tea"), listOf("milk"))
    }

    test("code without a tenant sees no orders") {
        shouldThrow<UnboundVariableException> { orders.all() }
        shouldThrow<IllegalArgumentException> { withTenant("?") { orders.all() } }
    }
    // end: tenant

    val database = JdbcDataSource().apply { setURL("jdbc:h2:mem:recipes;DB_CLOSE_DELAY=-1") }
    val transactions = Transactions(database)

    fun execute(sql: String) = transactions.connection.createStatement().use { it.executeUpdate(sql) }

    fun count() = transactions.connection.createStatement().use {
        it.executeQuery("SELECT COUNT(*) FROM item").run {
            next()
            getInt(1)
        }
    }

    beforeSpec { withContext(Context()) { transactions.run { execute("CREATE TABLE item (name VARCHAR)") } } }

    // snippet: transaction
    test("a transaction rolls back if its block throws") {
        withContext(Context()) {
            shouldThrow<IOException> {
                transactions.run {
                    execute("INSERT INTO item VALUES ('tea')")
                    delay(10) // may resume on another thread
                    execute("INSERT INTO item VALUES ('milk')")
                    throw IOException("no")
                }
            }
            transactions.run { count() } shouldBe 0
        }
    }

    test("a child of a transaction has no connection") {
        withContext(Context()) {
            transactions.run {
                coroutineScope {
                    launch { shouldThrow<UnboundVariableException> { count() } }
                }
            }
        }
    }
    // end: transaction

    test("a transaction commits when its block returns, and cannot be nested") {
        withContext(Context()) {
            transactions.run { execute("INSERT INTO item VALUES ('tea')") }
            transactions.run { count() } shouldBe 1
            shouldThrow<IllegalStateException> { transactions.run { transactions.run { } } }
        }
    }
})
