// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.benchmarks

import dev.contextvars.benchmarks.peers.Bound
import dev.contextvars.benchmarks.read.ReadAbsent
import dev.contextvars.benchmarks.read.ReadRepeated
import dev.contextvars.benchmarks.read.ReadRotating
import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContain
import io.kotest.matchers.shouldBe
import org.openjdk.jmh.annotations.Benchmark
import java.lang.reflect.Method

class ContendersSpec : FunSpec({
    test("every contender reads the last of the variables") {
        everyContender(ReadRepeated(), n = 3, times = 2) shouldBe listOf(2, 2)
    }

    test("every contender reads all the variables in their order, and then the first again") {
        everyContender(ReadRotating(), n = 3, times = 4) shouldBe listOf(0, 1, 2, 0)
    }

    test("every contender gives the default of a variable that is not bound") {
        everyContender(ReadAbsent(), n = 3, times = 2) shouldBe listOf("default", "default")
    }
})

/** What all the contenders return whose methods return something; fails where two differ. */
private fun everyContender(
    work: Any,
    n: Int,
    times: Int,
): List<Any?> {
    val contenders =
        work.javaClass.methods.filter { it.isAnnotationPresent(Benchmark::class.java) && it.returnType != Void.TYPE }
    contenders.map { it.name } shouldContain "contextvars"
    val results = contenders.associate { it.name to results(work, it, n, times) }
    val ours = results.getValue("contextvars")
    results.forEach { (contender, result) -> withClue(contender) { result shouldBe ours } }
    return ours
}

private fun results(
    work: Any,
    contender: Method,
    n: Int,
    times: Int,
): List<Any?> {
    val bound = contender.parameterTypes
        .single()
        .getDeclaredConstructor()
        .newInstance() as Bound
    bound.start(n)
    try {
        return List(times) { contender.invoke(work, bound) }
    } finally {
        bound.unbind()
    }
}
