// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.model

import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.inspectors.forAll
import io.kotest.matchers.collections.shouldContain
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.collections.shouldNotBeEmpty
import io.kotest.matchers.collections.shouldNotContain
import io.kotest.matchers.ints.shouldBeLessThan
import io.kotest.matchers.shouldBe

/**
 * Checks in the class files the memory order that the essay in `ContextState` relies on.
 *
 * Most errors do not show in a run: HotSpot on x86 hides them, and Lincheck's interleavings are sequentially
 * consistent.
 */
class MemoryOrderSpec : FunSpec({
    val state = MemoryAccesses("ContextState")
    val lease = MemoryAccesses("ContextLease")
    val threadState = MemoryAccesses("ThreadState")

    listOf(
        "ContextState.owner" to state,
        "ContextState.usedWithoutEntering" to state,
        "ContextLease.cell" to lease,
        "Token.used" to MemoryAccesses("Token"),
    ).forEach { (field, type) ->
        test("$field is volatile") { type.isVolatile(field.substringAfter('.')) shouldBe true }
    }

    test("bindings are written with setRelease, except in the constructor") {
        val accesses = state.byMethod
            .filterKeys { !it.startsWith("<") }
            .values
            .flatten()
        accesses shouldNotContain "write bindings"
        accesses.filter { it.startsWith("BINDINGS.") }.toSet() shouldBe
            setOf("BINDINGS.setRelease", "BINDINGS.getAcquire")
    }

    test("the constructor ends with a fence after its last write") {
        val accesses = state.inMethod("<init>")
        accesses shouldContain "write bindings"
        accesses.last() shouldBe "VarHandle.storeStoreFence"
    }

    test("release frees the owner by one setRelease") {
        state.inMethod("release") shouldContainExactly listOf("OWNER.setRelease")
    }

    test("ThreadState clears previous before it frees the owner") {
        val frees = setOf("ContextState.release", "Context.release", "write owner")
        val freeing = threadState.byMethod.filterValues { accesses -> accesses.any { it in frees } }
        freeing.keys.map { it.substringBefore('(') }.toSet() shouldBe setOf("run", "enter", "exit")
        freeing.entries.forAll { (method, accesses) ->
            withClue("$method: $accesses") {
                accesses.filter { it == "write previous" }.shouldNotBeEmpty()
                accesses.lastIndexOf("write previous") shouldBeLessThan accesses.indexOfFirst { it in frees }
            }
        }
    }

    test("a claim writes the lease's cell before the owner") {
        val accesses = lease.inMethod("acquire")
        accesses shouldContain "CELL.setRelease"
        accesses.lastIndexOf("CELL.setRelease") shouldBeLessThan accesses.indexOf("Context.tryClaim")
    }
})
