// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.micrometer

import dev.contextvars.testing.ThreadCells
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.shouldBe
import reactor.core.publisher.Hooks
import reactor.core.publisher.Mono
import reactor.core.scheduler.Schedulers
import java.time.Duration
import java.util.concurrent.CountDownLatch

private const val REQUESTS = 2_000

/** How far a set in an operator reaches. */
class SetsSpec : FunSpec({
    val foreign = ForeignThreads(4)
    beforeSpec { Hooks.enableAutomaticContextPropagation() }
    afterSpec {
        Hooks.disableAutomaticContextPropagation()
        foreign.close()
    }
    afterTest { ThreadCells.dirtyThreadsAfter().shouldBeEmpty() }

    val seen = mapOf<String, (Mono<Int>) -> Mono<Int>>(
        "the next operator on the thread" to { it },
        "the operator after one publishOn" to { it.publishOn(Schedulers.parallel()) },
    )
    seen.forEach { (reader, between) ->
        test("$reader reads the value that was set, in $REQUESTS of $REQUESTS requests") {
            Load
                .wrongReads(REQUESTS) { name ->
                    inContextOf("of the subscriber") {
                        between(setter(name)).map { listOf(tenant.get()) }.block(patience)!!
                    }
                }.shouldBeEmpty()
        }
    }

    val hidden = mapOf<String, (Mono<Int>) -> Mono<Int>>(
        "an operator below the contextWrite" to { it.tenantIs("of the contextWrite") },
        "the operator after a foreign publisher in flatMap" to { set ->
            set.flatMap { Mono.fromFuture { foreign.future() } }
        },
    )
    hidden.forEach { (reader, between) ->
        test("$reader reads the value before the set, in $REQUESTS of $REQUESTS requests") {
            Load
                .wrongReads(REQUESTS) { name ->
                    inContextOf(name) {
                        between(setter("of the operator")).map { listOf(tenant.get()) }.block(patience)!!
                    }
                }.shouldBeEmpty()
        }
    }

    test("the fallback of timeout reads the value before the set, in 200 of 200 timeouts") {
        Load
            .wrongReads(200) { name ->
                val never = CountDownLatch(1)
                val hanging = Mono
                    .fromCallable {
                        tenant.set("of the operator")
                        runCatching { never.await() } // until the timeout interrupts it
                        listOf("no timeout")
                    }.subscribeOn(Schedulers.boundedElastic())
                val fallback = Mono.fromCallable { listOf(tenant.get()) }
                inContextOf(name) { hanging.timeout(Duration.ofMillis(1), fallback).block(patience)!! }
            }.shouldBeEmpty()
    }

    test("an operator that sets and fails changes nothing for its subscriber, in 200 of 200 failures") {
        Load
            .wrongReads(200) { name ->
                val failing = Mono.just(1).publishOn(Schedulers.parallel()).map<Int> {
                    tenant.set("of the operator")
                    error("failure with ${tenant.get()}")
                }
                inContextOf(name) {
                    val failure = runCatching { failing.block(patience) }.exceptionOrNull()
                    failure?.message shouldBe "failure with of the operator"
                    listOf(tenant.get())
                }
            }.shouldBeEmpty()
    }
})

private fun setter(name: String): Mono<Int> = Mono.just(1).doOnNext { tenant.set(name) }
