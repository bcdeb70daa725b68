// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.kotest

import dev.contextvars.ContextSwap
import dev.contextvars.testing.ThreadCells
import io.kotest.core.config.AbstractProjectConfig
import io.kotest.core.spec.style.DescribeSpec
import io.kotest.core.spec.style.FunSpec
import io.kotest.engine.concurrency.TestExecutionMode
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withContext
import kotlinx.coroutines.yield

private const val TESTS = 50

/** Specs that Kotest's launcher runs, because one must fail, and because modes and registrations differ. */
class EngineSpec : FunSpec({
    afterTest { ThreadCells.dirtyThreadsAfter().shouldBeEmpty() }

    // The control: the specs are able to fail.
    test("without the extension a test reads what the test before it has set") {
        val results = resultsOf(LeakingTests::class)
        results["first"] shouldBe "ok"
        results.getValue("second") shouldContain "leak"
    }

    test("with the extension in the project configuration the same spec passes") {
        val project = object : AbstractProjectConfig() {
            override val extensions = listOf(ContextVarsExtension)
        }
        resultsOf(LeakingTests::class, project) shouldBe mapOf("first" to "ok", "second" to "ok")
    }

    test("$TESTS tests that run concurrently each have their own context") {
        val results = resultsOf(ConcurrentTests::class)
        results.filterValues { it != "ok" } shouldBe emptyMap()
        results.keys shouldHaveSize TESTS
    }

    test("a test in a container has a copy of the container's values, in another style of spec") {
        resultsOf(ContainerTests::class) shouldBe
            mapOf("container" to "ok", "first" to "ok", "second" to "ok", "inner" to "ok", "third" to "ok")
    }

    test("the extension in the project configuration and in the spec has the effect of one") {
        val project = object : AbstractProjectConfig() {
            override val extensions = listOf(ContextVarsExtension)
        }
        resultsOf(ContainerTests::class, project).filterValues { it != "ok" } shouldBe emptyMap()
    }

    test("a failing test keeps its failure") {
        resultsOf(FailingTests::class) shouldBe mapOf("fails" to "the test fails with its value")
    }
})

internal class LeakingTests : FunSpec({
    test("first") {
        // In runBlocking, a set without a context is allowed, and stays on the thread.
        runBlocking { value.set("leak") }
    }
    test("second") {
        val read = value.get()
        if (read != DEFAULT) ContextSwap.swap(null) // the control cleans the thread
        read shouldBe DEFAULT
    }
})

internal class ConcurrentTests : FunSpec({
    extensions(ContextVarsExtension)
    testExecutionMode = TestExecutionMode.Concurrent
    repeat(TESTS) { number ->
        test("test $number") {
            value.get() shouldBe DEFAULT
            repeat(20) { step ->
                value.set("$number/$step")
                yield()
                withContext(Dispatchers.Default) { yield() }
                value.get() shouldBe "$number/$step"
            }
        }
    }
})

internal class ContainerTests : DescribeSpec({
    extensions(ContextVarsExtension)
    describe("container") {
        value.set("of the container")
        it("first") {
            value.get() shouldBe "of the container"
            value.set("of the first test")
        }
        it("second") { value.get() shouldBe "of the container" }
        describe("inner") {
            value.get() shouldBe "of the container"
            value.set("of the inner container")
            it("third") { value.get() shouldBe "of the inner container" }
        }
        value.get() shouldBe "of the container"
    }
})

internal class FailingTests : FunSpec({
    extensions(ContextVarsExtension)
    test("fails") {
        value.set("its value")
        error("the test fails with ${value.get()}")
    }
})
