// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.micrometer

import dev.contextvars.testing.ThreadCells
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.shouldBe
import reactor.core.publisher.Mono
import reactor.core.scheduler.Schedulers
import java.time.Duration

/** Reactor without `Hooks.enableAutomaticContextPropagation()`. */
class WithoutHooksSpec : FunSpec({
    afterTest { ThreadCells.dirtyThreadsAfter().shouldBeEmpty() }

    test("handle reads the value of the contextWrite") {
        val handled = Mono.just(1).handle<String> { _, sink -> sink.next(tenant.get()) }
        handled.tenantIs("acme").block(patience) shouldBe "acme"
    }

    mapOf<String, () -> Mono<String>>(
        "map" to { Mono.just(1).map { tenant.get() } },
        "publishOn" to { Mono.just(1).publishOn(Schedulers.parallel()).map { tenant.get() } },
        "subscribeOn" to { Mono.fromCallable { tenant.get() }.subscribeOn(Schedulers.boundedElastic()) },
        "delay" to { Mono.delay(Duration.ofMillis(1)).map { tenant.get() } },
    ).forEach { (name, pipeline) ->
        test("$name reads the default") {
            pipeline().tenantIs("acme").block(patience) shouldBe DEFAULT
        }
    }

    test("an operator on another thread than the code that calls block reads the default") {
        val read = Mono.fromCallable { tenant.get() }.subscribeOn(Schedulers.boundedElastic())
        inContextOf("acme") { read.block(patience) } shouldBe DEFAULT
    }
})
