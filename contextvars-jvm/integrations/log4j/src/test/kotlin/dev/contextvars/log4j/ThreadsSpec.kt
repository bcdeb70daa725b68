// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.log4j

import dev.contextvars.Context
import dev.contextvars.concurrent.ContextExecutors
import dev.contextvars.logging.LogFields
import dev.contextvars.logging.testing.Hops
import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.ints.shouldBeGreaterThan
import java.util.concurrent.Executors
import java.util.concurrent.TimeUnit
import kotlin.random.Random

/** The values that an event shows, on any thread. */
class ThreadsSpec : FunSpec({
    test("a set shows in the next line, a reset the value before, and after run nothing shows") {
        LogFields.add(tenant).use {
            linesOf(pattern("%X{tenant}")) { log ->
                Context().execute {
                    log.info("not set")
                    val first = tenant.set("acme")
                    log.info("set")
                    tenant.set("globex").close()
                    log.info("reset")
                    tenant.reset(first)
                    log.info("reset")
                }
                log.info("after run")
            }
        } shouldContainExactly listOf("", "acme", "acme", "", "")
    }

    test("a variable that is not registered does not show") {
        linesOf(pattern("%X{tenant}")) { log -> inAcme { log.info("message") } } shouldContainExactly listOf("")
    }

    test("a task of a wrapped executor shows its submitter's values, a task of a bare pool does not") {
        val pool = Executors.newSingleThreadExecutor()
        LogFields.add(tenant).use {
            linesOf(pattern("%X{tenant}")) { log ->
                inAcme {
                    ContextExecutors.wrap(pool).submit { log.info("wrapped") }.get(30, TimeUnit.SECONDS)
                    pool.submit { log.info("bare") }.get(30, TimeUnit.SECONDS)
                }
            }
        } shouldContainExactly listOf("acme", "")
        pool.shutdown()
    }

    mapOf("a synchronous appender" to false, "an Async appender" to true).forEach { (name, isAsync) ->
        test("${Hops.LINES} lines of hopping coroutines each show their own values with $name") {
            val seed = Random.nextLong()
            val lines = Lines(pattern(HopsChild.PATTERN))
            val hops = Backend(lines, isAsync = isAsync).use { backend ->
                Hops(seed) { backend.log.info(it) }.also(Hops::run)
            }
            withClue("seed $seed") {
                Hops.wrong(HopsChild.normalized(lines)).take(10).shouldBeEmpty()
                lines.texts shouldHaveSize Hops.LINES
                hops.hops.get() shouldBeGreaterThan 1_000
            }
        }
    }
})
