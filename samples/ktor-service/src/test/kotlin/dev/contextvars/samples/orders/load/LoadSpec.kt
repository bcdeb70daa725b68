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
 * The proof: under load, with everything going wrong that may, no call ever sees another call's values.
 *
 * The load runs once, before the tests; `-Dload.seed=` runs the same one again, and `-Dload.requests=` another number of them.
 */
class LoadSpec : FunSpec({
    val seed = System.getProperty("load.seed")?.toLong() ?: Random.nextLong()
    val tally = Tally()
    val service = Service(TENANTS)
    val storms = StormRoutes(seed, tally)
    val traffic = Traffic(service, storms, tally, seed)
    val audit = Audit(seed, traffic, tally)
    var dirtyThreads = emptyList<Thread>()
    val abandoned = (0 until REQUESTS).count { LoadRequest(seed, it).kind == Kind.ABANDONED }.toLong()

    beforeSpec {
        println("load: seed $seed")
        service.start { storms.installIn(this) }
        val time = measureTime { withTimeout(5.minutes) { traffic.run() } }
        eventually(30.seconds) { tally.abandonedCalls.sum() shouldBe abandoned }
        dirtyThreads = ThreadCells.dirtyThreadsAfter()
        service.stop() // with the calls still in flight whose clients have gone
        service.log.lines.forEach(audit::check)
        service.reopenDatabase().use(audit::check)
        val outcomes = Outcome.entries.joinToString { "${traffic.count(it)} ${it.name.lowercase()}" }
        println("load: $REQUESTS requests of ${TENANTS.size} tenants, $CONCURRENCY at once, in $time: $outcomes")
        println("$tally\nthreads left with a context: ${dirtyThreads.size}")
    }

    test("the load is what it should be") {
        Outcome.entries.sumOf(traffic::count) shouldBe REQUESTS
        tally.sets.sum() shouldBeGreaterThan 2L * REQUESTS
        tally.hops.sum() shouldBeGreaterThan 2L * REQUESTS
        tally.children.sum() shouldBeGreaterThan 2L * REQUESTS
        tally.lines.count shouldBeGreaterThan REQUESTS.toLong()
    }

    test("every step of a call, and of its children, sees the call's values") {
        tally.inside.first.shouldBeEmpty()
    }

    test("every response carries its own tenant and request id") {
        tally.responses.first.shouldBeEmpty()
    }

    test("every log line carries its own tenant, request id and user") {
        tally.lines.first.shouldBeEmpty()
    }

    test("every row is in its own tenant's data, every accepted order is there once, and no other is") {
        tally.rows.first.shouldBeEmpty()
    }

    test("no thread of any pool is left with a context") {
        dirtyThreads.shouldBeEmpty()
    }
})
