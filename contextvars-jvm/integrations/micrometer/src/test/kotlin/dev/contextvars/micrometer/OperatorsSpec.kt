// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.micrometer

import dev.contextvars.testing.ThreadCells
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldHaveSize
import io.micrometer.context.ContextRegistry
import reactor.core.publisher.Flux
import reactor.core.publisher.Hooks
import reactor.core.publisher.Mono
import reactor.core.scheduler.Schedulers
import java.time.Duration
import java.util.concurrent.CopyOnWriteArrayList

private const val REQUESTS = 2_000

/** Which values an operator reads: 2,000 requests for each row, 64 at once. */
class OperatorsSpec : FunSpec({
    val foreign = ForeignThreads(4)
    beforeSpec { Hooks.enableAutomaticContextPropagation() }
    afterSpec {
        Hooks.disableAutomaticContextPropagation()
        foreign.close()
    }
    afterTest { ThreadCells.dirtyThreadsAfter().shouldBeEmpty() }

    val pipelines = mapOf<String, () -> Mono<List<String>>>(
        "map" to { Mono.just(1).map { read() } },
        "doOnNext" to { Mono.just(CopyOnWriteArrayList<String>()).doOnNext { it += read() }.map { it.toList() } },
        "publishOn" to { Mono.just(1).publishOn(Schedulers.parallel()).map { read() } },
        "subscribeOn" to { Mono.fromCallable { read() }.subscribeOn(Schedulers.boundedElastic()) },
        "delay" to { Mono.delay(Duration.ofMillis(1)).map { read() } },
        "timeout" to {
            val source = Mono.fromCallable { 1 }.subscribeOn(Schedulers.boundedElastic())
            source.timeout(patience).map { read() }
        },
        "a future of a foreign thread" to { Mono.fromFuture { foreign.future() }.map { read() } },
        "a Flux on several threads" to {
            Flux
                .range(0, 4)
                .publishOn(Schedulers.parallel())
                .concatMap { Mono.fromCallable { tenant.get() }.subscribeOn(Schedulers.boundedElastic()) }
                .collectList()
        },
    )

    pipelines.forEach { (name, pipeline) ->
        test("$name reads the values of the code that subscribes, in $REQUESTS of $REQUESTS requests") {
            Load
                .wrongReads(REQUESTS) { tenant -> inContextOf(tenant) { pipeline().block(patience)!! } }
                .shouldBeEmpty()
        }

        test("$name reads the values of the next contextWrite, in $REQUESTS of $REQUESTS requests") {
            Load
                .wrongReads(REQUESTS) { tenant ->
                    val written = pipeline().tenantIs(tenant).tenantIs("of a contextWrite further down")
                    inContextOf("of the subscriber") { written.block(patience)!! }
                }.shouldBeEmpty()
        }
    }

    // The control: the requests above are able to fail.
    test("without the accessor all $REQUESTS requests read the default") {
        val registry = ContextRegistry.getInstance()
        registry.removeThreadLocalAccessor(ContextVarsAccessor.KEY)
        try {
            Load
                .wrongReads(REQUESTS) { tenant ->
                    inContextOf(tenant) { pipelines.getValue("subscribeOn")().block(patience)!! }
                }.filter { it.startsWith(DEFAULT) } shouldHaveSize REQUESTS
        } finally {
            registry.registerThreadLocalAccessor(ContextVarsAccessor())
        }
    }
})

private fun read(): List<String> = listOf(tenant.get())
