// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.benchmarks

import dev.contextvars.benchmarks.hamt.MapLibrary
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import org.openjdk.jmh.infra.Blackhole

class MapLibrarySpec : FunSpec({
    val persistent = listOf("contextvars", "kotlinx", "clojure", "scala", "vavr", "bifurcan")
    val sink = Blackhole("Today's password is swordfish. I understand instantiating Blackholes directly is dangerous.")

    @Suppress("UNCHECKED_CAST") // the maps of a library are passed to its own functions only
    fun library(impl: String, n: Int) = MapLibrary.create(impl, n, sink) as MapLibrary<Any>

    (persistent + "javaUtil").forEach { impl ->
        test("$impl finds each key in turn and visits all entries") {
            val library = library(impl, 100)
            List(101) { library.get() } shouldBe (0..99) + 0
            library.iterate() shouldBe 100
            library.forEach() shouldBe 100
            library.iterate(library.bulkBuild()) shouldBe 100
            library(impl, 10).iterate() shouldBe 10 // of several maps
        }
    }

    persistent.forEach { impl ->
        test("$impl replaces, adds and removes a key") {
            val library = library(impl, 10)
            library.iterate(library.replace()) shouldBe 10
            library.iterate(library.insert()) shouldBe 11
            library.iterate(library.remove()) shouldBe 9
            library.iterate() shouldBe 10
        }

        test("$impl finds all twins equal, of small maps and of a large one") {
            listOf(10, 1_000).forEach { n ->
                val library = library(impl, n)
                List(16) { library.equalsSharing() } shouldBe List(16) { true }
            }
        }
    }
})
