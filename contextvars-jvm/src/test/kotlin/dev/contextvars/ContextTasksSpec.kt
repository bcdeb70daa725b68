// SPDX-License-Identifier: Apache-2.0
package dev.contextvars

import dev.contextvars.testing.FlightRecordings
import dev.contextvars.testing.ThreadCells
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.shouldBe
import java.util.concurrent.Callable

/** What a task can observe that one submission to an executor does not show; ContextExecutorsSpec has the rest. */
class ContextTasksSpec : FunSpec({
    isolateEachTest()
    val v = ContextVar("v", 0)

    fun <T> wrapped(body: () -> T): Callable<T> = ContextTasks.inCopy(Callable { body() })

    test("each run starts with the values at the time of wrapping") {
        v.set(1)
        val task = wrapped { v.get().also { v.set(it + 1) } }
        v.set(5)
        List(2) { task.call() } shouldContainExactly listOf(1, 1)
        v.get() shouldBe 5
    }

    test("runs of one task may overlap, each in a context of its own") {
        lateinit var task: Callable<Set<Context>>
        var runs = 0
        task = wrapped { setOf(ThreadCells.current()!!) + if (++runs < 3) onNewThread { task.call() } else setOf() }
        task.call() shouldHaveSize 3
    }

    test("code in a run cannot enter its context, on any thread") {
        val own = wrapped {
            val own = ThreadCells.current()!!
            shouldThrow<ContextEnteredException> { own.enter() }
            onNewThread { shouldThrow<ContextEnteredException> { own.run { } } }
            own
        }.call()
        own.run { v.get() } shouldBe 0 // it is free after the run
    }

    test("a reset in a run uses its token once") {
        wrapped {
            val token = v.set(1)
            v.reset(token)
            shouldThrow<TokenUsedException> { v.reset(token) }
        }.call()
    }

    test("copy policies are applied when the task is wrapped, and in each run") {
        val excluded = ContextVar.builder<Int>("excluded").excludeFromCopies().build()
        val list = ContextVar.builder<MutableList<Int>>("list").copyWith { it.toMutableList() }.build()
        excluded.set(1)
        list.set(mutableListOf(1))
        v.set(1)
        val task = wrapped { Triple(excluded.get(0), list.get().also { it += 2 }.toList(), v.get()) }
        list.get() += 3
        List(2) { task.call() } shouldContainExactly List(2) { Triple(0, listOf(1, 2), 1) }
    }

    test("the flight recorder has the copies of a task that is wrapped while it records them") {
        v.set(1)
        FlightRecordings.of("dev.contextvars.Copy") { wrapped { v.get() }.call() shouldBe 1 } shouldHaveSize 2
    }
})
