// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.micrometer

import dev.contextvars.Context
import dev.contextvars.testing.ThreadCells
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.shouldBe
import reactor.core.publisher.Flux
import reactor.core.publisher.Hooks
import reactor.core.publisher.Mono
import reactor.core.scheduler.Schedulers
import java.util.concurrent.CountDownLatch
import java.util.concurrent.CyclicBarrier
import java.util.concurrent.Executors
import java.util.concurrent.TimeUnit

private const val WIDTH = 8

/** Branches of one pipeline that run at the same time: each sets its own value, waits for the others, and reads. */
class BranchesSpec : FunSpec({
    val threads = Executors.newCachedThreadPool() // a bounded pool could run two branches on one thread, in sequence
    val elastic = Schedulers.fromExecutorService(threads)
    val parallel = Schedulers.newParallel("rails", WIDTH)
    val foreign = ForeignThreads(2)
    beforeSpec { Hooks.enableAutomaticContextPropagation() }
    afterSpec {
        Hooks.disableAutomaticContextPropagation()
        elastic.dispose()
        threads.shutdown()
        parallel.dispose()
        foreign.close()
    }
    afterTest { ThreadCells.dirtyThreadsAfter().shouldBeEmpty() }

    test("the branches of zip read their own sets, in 800 of 800 reads") {
        wrongReads(requests = 400, branches = 2) { branch ->
            val (left, right) = List(2) { number -> Mono.fromCallable { branch(number) }.subscribeOn(elastic) }
            Mono.zip(left, right) { a, b -> listOf(a, b) }
        }.shouldBeEmpty()
    }

    test("the branches of flatMap read their own sets, in 1,600 of 1,600 reads") {
        wrongReads(requests = 200, branches = WIDTH) { branch ->
            Flux
                .range(0, WIDTH)
                .flatMap({ number -> Mono.fromCallable { branch(number) }.subscribeOn(elastic) }, WIDTH)
                .collectList()
        }.shouldBeEmpty()
    }

    test("the branches of merge read their own sets, in 1,600 of 1,600 reads") {
        wrongReads(requests = 200, branches = WIDTH) { branch ->
            val branches = List(WIDTH) { number -> Mono.fromCallable { branch(number) }.subscribeOn(elastic) }
            Flux.merge(branches).collectList()
        }.shouldBeEmpty()
    }

    test("the rails of parallel read their own sets, in 1,600 of 1,600 reads") {
        wrongReads(requests = 200, branches = WIDTH) { branch ->
            Flux
                .range(0, WIDTH)
                .parallel(WIDTH)
                .runOn(parallel)
                .map { number -> branch(number) }
                .sequential()
                .collectList()
        }.shouldBeEmpty()
    }

    test("two foreign threads that signal at once read their own sets, in 800 of 800 reads") {
        wrongReads(requests = 400, branches = 2) { branch ->
            val subscribed = CountDownLatch(1) // a future that is complete before would signal on this thread
            val (left, right) = List(2) { number -> Mono.fromFuture(foreign.future(subscribed)).map { branch(number) } }
            Flux.merge(left, right, Mono.fromRunnable { subscribed.countDown() }).collectList()
        }.shouldBeEmpty()
    }

    test("a set of a branch is not visible to the code that subscribes") {
        val context = Context().with(tenant, "acme")
        context.run {
            Flux
                .range(0, WIDTH)
                .flatMap({ Mono.fromRunnable<Int> { tenant.set("of a branch") }.subscribeOn(elastic) }, WIDTH)
                .blockLast(patience)
            tenant.get() shouldBe "acme"
        }
        context[tenant] shouldBe "acme"
    }
})

/**
 * Runs the pipeline once for each request, with branches that are all inside at the same time.
 *
 * Returns the reads of another value than the one that the branch itself has set.
 */
private fun wrongReads(
    requests: Int,
    branches: Int,
    pipeline: (branch: (Int) -> Read) -> Mono<List<Read>>,
): List<Read> = List(requests) { request ->
    val inside = CyclicBarrier(branches)
    val branch = { number: Int ->
        tenant.set("${tenant.get()}/$number").use {
            inside.await(1, TimeUnit.MINUTES)
            Read(expected = "t$request/$number", tenant.get())
        }
    }
    val reads = inContextOf("t$request") { pipeline(branch).block(patience)!! }
    reads shouldHaveSize branches
    reads
}.flatten().filter { it.expected != it.actual }

private data class Read(val expected: String, val actual: String)
