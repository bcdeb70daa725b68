// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.kotest

import dev.contextvars.Context
import dev.contextvars.ContextSwap
import dev.contextvars.coroutines.hasContextElement
import dev.contextvars.testing.ThreadCells
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeSameInstanceAs
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch
import kotlinx.coroutines.withContext
import kotlin.time.Duration.Companion.minutes

/** The rules, in a spec that uses the extension itself: all tests set one variable. */
class RulesSpec : FunSpec({
    extensions(ContextVarsExtension)
    val contexts = mutableMapOf<String, Context?>()

    beforeSpec {
        currentCoroutineContext().hasContextElement shouldBe false
    }
    beforeTest { test ->
        if (test.parent == null) value.get() shouldBe DEFAULT
        value.set("of beforeTest")
        contexts[test.name.name] = ContextSwap.current()
    }
    afterTest { (test, _) ->
        ContextSwap.current() shouldBeSameInstanceAs contexts[test.name.name]
        value.get() shouldBe test.name.name
    }
    afterSpec {
        currentCoroutineContext().hasContextElement shouldBe false
        ThreadCells.dirtyThreadsAfter().shouldBeEmpty()
    }

    /** Reads the value of beforeTest, sets the test's own, and reads that after switches of the thread. */
    suspend fun change(name: String) {
        value.get() shouldBe "of beforeTest"
        value.set(name)
        delay(1)
        value.get() shouldBe name
        withContext(Dispatchers.IO) { value.get() shouldBe name }
        withContext(Dispatchers.Default) {
            launch {
                value.get() shouldBe name
                value.set("of a child")
            }.join()
            value.get() shouldBe name
        }
    }

    test("a test has its own context") {
        launch {
            value.get() shouldBe "of beforeTest"
            value.set("of a child")
        }.join()
        change("a test has its own context")
    }

    repeat(10) { number -> test("test $number") { change("test $number") } }

    test("a test with a time-out").config(timeout = 1.minutes) { change("a test with a time-out") }

    test("a blocking test with a time-out").config(blockingTest = true, timeout = 1.minutes) {
        change("a blocking test with a time-out")
    }

    test("a test with virtual time").config(coroutineTestScope = true) {
        launch {
            value.get() shouldBe "of beforeTest"
            value.set("of a child")
        }.join()
        change("a test with virtual time")
        delay(1.minutes)
        value.get() shouldBe "a test with virtual time"
    }

    var invocation = 0
    test("the invocations of one test share its context").config(invocations = 5) {
        val name = "the invocations of one test share its context"
        value.get() shouldBe if (invocation++ == 0) "of beforeTest" else name
        value.set(name)
    }

    context("a container") {
        val ofContainer = ContextSwap.current()!!
        value.set("a container")

        repeat(3) { number ->
            test("nested $number") {
                ofContainer[value] shouldBe "a container"
                change("nested $number")
            }
        }

        context("an inner container") {
            value.get() shouldBe "of beforeTest"
            value.set("an inner container")
            test("twice nested") { change("twice nested") }
        }
    }
})
