// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.benchmarks

import dev.contextvars.benchmarks.hamt.BulkBuild
import dev.contextvars.benchmarks.hamt.Entries
import dev.contextvars.benchmarks.hamt.EqualsSharing
import dev.contextvars.benchmarks.hamt.ForEach
import dev.contextvars.benchmarks.hamt.Get
import dev.contextvars.benchmarks.hamt.Insert
import dev.contextvars.benchmarks.hamt.Iterate
import dev.contextvars.benchmarks.hamt.Remove
import dev.contextvars.benchmarks.hamt.Replace
import dev.contextvars.benchmarks.peers.Bound
import dev.contextvars.benchmarks.read.ReadAbsent
import dev.contextvars.benchmarks.read.ReadRepeated
import dev.contextvars.benchmarks.read.ReadRotating
import dev.contextvars.hamt.Hamt
import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContain
import io.kotest.matchers.shouldBe
import org.openjdk.jmh.annotations.Benchmark
import org.openjdk.jmh.infra.Blackhole
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

    test("every library finds the value of each key in turn") {
        everyContender(Get(), n = 100, times = 101) shouldBe (0..99) + 0
    }

    test("every library's map has the size that the change makes it have") {
        everyContender(Replace(), n = 100, times = 2, ::sizeOf) shouldBe listOf(100, 100)
        everyContender(Insert(), n = 100, times = 2, ::sizeOf) shouldBe listOf(101, 101)
        everyContender(Remove(), n = 100, times = 2, ::sizeOf) shouldBe listOf(99, 99)
        everyContender(BulkBuild(), n = 100, times = 1, ::sizeOf) shouldBe listOf(100)
    }

    test("every library's iterator goes through all the entries") {
        everyContender(Iterate(), n = 100, times = 1) shouldBe listOf(100)
    }

    test("every library calls a function with all the entries") {
        everyContender(ForEach().apply { takeSink(sink) }, n = 100, times = 1) shouldBe listOf(100)
    }

    test("every library finds all the twins equal") {
        listOf(10, 1000).forEach { n -> everyContender(EqualsSharing(), n, times = 16) shouldBe List(16) { true } }
    }
})

// JMH wants to be told this by whoever makes one of their own.
private val sink =
    Blackhole("Today's password is swordfish. I understand instantiating Blackholes directly is dangerous.")

private fun sizeOf(map: Any?): Any? =
    when (map) {
        is Hamt<*, *> -> map.size()
        is scala.collection.immutable.HashMap<*, *> -> map.size()
        is io.vavr.collection.HashMap<*, *> -> map.size()
        is io.lacuna.bifurcan.Map<*, *> -> map.size().toInt()
        is Map<*, *> -> map.size
        else -> error("no map: $map")
    }

/** What all the contenders return whose methods return something; fails where two differ. */
private fun everyContender(
    work: Any,
    n: Int,
    times: Int,
    look: (Any?) -> Any? = { it },
): List<Any?> {
    val contenders =
        work.javaClass.methods.filter { it.isAnnotationPresent(Benchmark::class.java) && it.returnType != Void.TYPE }
    contenders.map { it.name } shouldContain "contextvars"
    val results = contenders.associate { it.name to results(work, it, n, times).map(look) }
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
    val state = contender.parameterTypes
        .first()
        .getDeclaredConstructor()
        .newInstance()
    when (state) {
        is Bound -> state.start(n)
        is Entries -> state.fill(n)
    }
    val arguments = listOf(state, sink).take(contender.parameterCount).toTypedArray()
    try {
        return List(times) { contender.invoke(work, *arguments) }
    } finally {
        (state as? Bound)?.unbind()
    }
}
