// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.benchmarks

import dev.contextvars.benchmarks.ktor.KtorLoad
import dev.contextvars.benchmarks.million.Million
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.doubles.shouldBeGreaterThan
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe

class ProgramsSpec : FunSpec({
    // The client checks each answer: an implementation that loses or confuses a value fails here.
    test("each service answers the load and is measured in four ways") {
        val rows = KtorLoad.measure(millis = 200)
        rows.map { it.params.values.toList() } shouldContainExactly
            listOf("none", "contextvars", "mdc").flatMap { impl ->
                listOf("requestsPerSecond", "p50", "p99", "cpuPerRequest").map { listOf(impl, it) }
            }
        rows.forEach { it.score shouldBeGreaterThan 0.0 }
    }

    listOf("none", "contextvars", "contextvarsSet", "threadLocal").forEach { impl ->
        test("a coroutine with $impl retains bytes and takes CPU time") {
            val row = Million.measure(impl, 2_000)
            row.params shouldBe mapOf("impl" to impl, "coroutines" to 2_000)
            row.score shouldBeGreaterThan 100.0
            row.cpu.shouldNotBeNull() shouldBeGreaterThan 0.0
        }
    }
})
