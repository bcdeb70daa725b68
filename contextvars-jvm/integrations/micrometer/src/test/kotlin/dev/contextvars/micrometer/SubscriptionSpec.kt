// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.micrometer

import dev.contextvars.Context
import dev.contextvars.ContextSwap
import dev.contextvars.testing.ThreadCells
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeSameInstanceAs
import reactor.core.publisher.Hooks
import reactor.core.publisher.Mono
import reactor.core.scheduler.Schedulers
import java.util.concurrent.Callable
import java.util.concurrent.CompletableFuture
import java.util.concurrent.CountDownLatch
import java.util.concurrent.ExecutorService
import java.util.concurrent.Executors
import java.util.concurrent.TimeUnit

/** What a subscription captures, and what the code around it has. */
class SubscriptionSpec : FunSpec({
    beforeSpec { Hooks.enableAutomaticContextPropagation() }
    afterSpec { Hooks.disableAutomaticContextPropagation() }
    afterTest { ThreadCells.dirtyThreadsAfter().shouldBeEmpty() }

    test("the code around block keeps its own context, without the sets of operators on other threads") {
        val context = Context().with(tenant, "acme")
        context.run {
            Mono
                .fromRunnable<Int> { tenant.set("of the operator") }
                .subscribeOn(Schedulers.boundedElastic())
                .block(patience)
            ContextSwap.current() shouldBeSameInstanceAs context
            tenant.get() shouldBe "acme"
        }
    }

    test("an operator on the thread of the code around block runs in its context") {
        inContextOf("acme") {
            Mono.just(1).doOnNext { tenant.set("of the operator") }.block(patience)
            tenant.get() shouldBe "of the operator"
        }
    }

    test("the operators of toFuture on Reactor's threads have the values at the subscription") {
        inContextOf("acme") {
            val gate = CountDownLatch(1)
            val waiting = Mono.fromRunnable<Int> { gate.await() }.subscribeOn(Schedulers.boundedElastic())
            val result = waiting.then(Mono.fromCallable { tenant.get() }).toFuture()
            tenant.set("later")
            gate.countDown()
            result.get(1, TimeUnit.MINUTES) shouldBe "acme"
        }
    }

    test("the consumer of subscribe on one of Reactor's threads has the values at the subscription") {
        val seen = CompletableFuture<String>()
        inContextOf("acme") {
            val gate = CountDownLatch(1)
            val waiting = Mono.fromCallable { gate.await() }.subscribeOn(Schedulers.boundedElastic())
            waiting.subscribe { seen.complete(tenant.get()) }
            tenant.set("later")
            gate.countDown()
        }
        seen.get(1, TimeUnit.MINUTES) shouldBe "acme"
    }

    test("after a future of another library, the operators of toFuture need contextCapture") {
        fun read(capture: (Mono<String>) -> Mono<String>): String = inContextOf("acme") {
            val gate = CompletableFuture<Int>()
            val result = capture(Mono.fromFuture(gate).publishOn(Schedulers.parallel()).map { tenant.get() }).toFuture()
            onNewThread { gate.complete(1) }
            result.get(1, TimeUnit.MINUTES)
        }
        read { it } shouldBe DEFAULT
        read { it.contextCapture() } shouldBe "acme"
    }

    test("what a subscription without a context sets does not stay on Reactor's threads") {
        Executors.newSingleThreadExecutor().use { thread ->
            val reactors = Schedulers.fromExecutorService(thread)
            onNewThread {
                Mono.fromRunnable<Int> { tenant.set("of the operator") }.subscribeOn(reactors).block(patience)
                Mono.fromCallable { tenant.get() }.subscribeOn(reactors).block(patience) shouldBe DEFAULT
            }
            thread.submit(Callable { ContextSwap.current() }).get() shouldBe null
        }
    }
})

private inline fun <T> ExecutorService.use(block: (ExecutorService) -> T): T = try {
    block(this)
} finally {
    shutdown()
}
