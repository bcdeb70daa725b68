// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.samples.orders.load

import dev.contextvars.samples.orders.Service
import dev.contextvars.testing.ThreadCells
import io.kotest.assertions.nondeterministic.eventually
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.comparables.shouldBeGreaterThan
import io.kotest.matchers.shouldBe
import kotlinx.coroutines.withTimeout
import kotlin.random.Random
import kotlin.time.Duration.Companion.minutes
import kotlin.time.Duration.Companion.seconds
import kotlin.time.measureTime

/**
 * Tests that no call sees the values of another call under load, with failures, timeouts and disconnected clients.
 *
 * The load runs once, before the tests. `-Dload.seed=` repeats a load, and `-Dload.requests=` sets the number of
 * requests.
 */
class LoadSpec : FunSpec({
    val seed = System.getProperty("load.seed")?.toLong() ?: Random.nextLong()
    val results = LoadResults()
    val service = Service(TENANTS)
    val scenarios = ScenarioRoutes(seed, results)
    val traffic = Traffic(service, scenarios, results, seed)
    val audit = Audit(seed, traffic, results)
    var dirtyThreads = emptyList<Thread>()
    val abandoned = (0 until REQUESTS).count { LoadRequest(seed, it).kind == Kind.ABANDONED }.toLong()

    beforeSpec {
        println("load: seed $seed")
        service.start { scenarios.installIn(this) }
        val time = measureTime { withTimeout(5.minutes) { traffic.run() } }
        eventually(30.seconds) { results.abandonedCalls.sum() shouldBe abandoned }
        dirtyThreads = ThreadCells.dirtyThreadsAfter()
        service.stop() // waits for active calls whose clients have disconnected
        service.log.lines.forEach(audit::check)
        service.reopenDatabase().use(audit::check)
        val outcomes = Outcome.entries.joinToString { "${traffic.count(it)} ${it.name.lowercase()}" }
        println("load: $REQUESTS requests of ${TENANTS.size} tenants, $CONCURRENCY at once, in $time: $outcomes")
        println("$results\nthreads left with a context: ${dirtyThreads.size}")
    }

    test("the load has the expected numbers of requests, sets, hops and children") {
        Outcome.entries.sumOf(traffic::count) shouldBe REQUESTS
        results.sets.sum() shouldBeGreaterThan 2L * REQUESTS
        results.hops.sum() shouldBeGreaterThan 2L * REQUESTS
        results.children.sum() shouldBeGreaterThan 2L * REQUESTS
        results.lines.count shouldBeGreaterThan REQUESTS.toLong()
    }

    test("every step of a call and of its children sees the values of the call") {
        results.inside.first.shouldBeEmpty()
    }

    test("every response has the tenant and the request id of its request") {
        results.responses.first.shouldBeEmpty()
    }

    test("every log line has the tenant, the request id and the user of its request") {
        results.lines.first.shouldBeEmpty()
    }

    test("every accepted order is stored once for its tenant, and no rejected one is") {
        results.rows.first.shouldBeEmpty()
    }

    test("no thread has a context after the load") {
        dirtyThreads.shouldBeEmpty()
    }
})
