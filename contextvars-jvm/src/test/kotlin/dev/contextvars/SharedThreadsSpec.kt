// SPDX-License-Identifier: Apache-2.0
package dev.contextvars

import dev.contextvars.testing.ThreadCells
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeSameInstanceAs
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.runBlocking
import java.net.URLClassLoader

class SharedThreadsSpec : FunSpec({
    val v = ContextVar("v", 0)

    // A predicate stays for good: one for the spec, and by a name that no other thread has.
    val asked = mutableListOf<Thread>()
    val shared = autoClose(StepThread("SharedThreadsSpec shared"))
    beforeSpec {
        SharedThreads.add { thread -> (thread.name == shared.name).also { if (it) asked += Thread.currentThread() } }
        SharedThreads.add { thread -> thread.name == "SharedThreadsSpec failing" && error("predicate") }
    }

    listOf<Pair<String, () -> Unit>>(
        "set" to { v.set(1) },
        "update" to { v.update { it + 1 } },
        "Bindings.set" to { Bindings.of(v, 1).and(ContextVar("other"), 2).set() },
    ).forEach { (name, setting) ->
        test("$name without a context is refused on a shared thread, and leaves it without") {
            shared {
                shouldThrow<IllegalStateException> { setting() }
                shouldThrow<ContextRequiredException> { setting() }.variable shouldBeSameInstanceAs v
                ThreadCells.current()
            }.shouldBeNull()
        }
    }

    test("the exception names the variable and the thread, and gives no advice about coroutines") {
        val text = shouldThrow<ContextRequiredException> { shared { v.set(1) } }.message.orEmpty()
        text shouldBe "cannot set $v on thread SharedThreadsSpec shared: this code has no Context, " +
            "and the next code on this thread would see the value."
    }

    test("set in a context is right on a shared thread, however that became current") {
        shared {
            val ctx = Context()
            ctx.execute { v.set(1) }
            ContextSwap.swap(ctx)
            v.set(2)
            ContextSwap.swap(null)
            ctx[v]
        } shouldBe 2
    }

    test("get is right on a shared thread, with or without a context") {
        shared { v.get() } shouldBe 0
    }

    test("a predicate is asked on the thread that is to get a context of its own, and then only") {
        asked.clear()
        val thread = shared { Thread.currentThread() }
        shared {
            v.get()
            Context().execute { v.set(1) }
        }
        asked shouldContainExactly emptyList()
        shouldThrow<ContextRequiredException> { shared { v.set(1) } }
        asked shouldContainExactly listOf(thread)
    }

    test("an exception from a predicate comes out of the set, and nothing is set") {
        StepThread("SharedThreadsSpec failing").use { thread ->
            shouldThrow<IllegalStateException> { thread { v.set(1) } }.message shouldBe "predicate"
            thread { ThreadCells.current() }.shouldBeNull()
        }
    }

    test("other threads get a context of their own, as ever") {
        onNewThread {
            v.set(1)
            v.get()
        } shouldBe 1
    }

    test("the workers of kotlinx.coroutines are shared threads without anyone's saying so") {
        shouldThrow<ContextRequiredException> { runBlocking(Dispatchers.Default) { v.set(1) } }
    }

    test("isSetRejected returns whether a set would throw, and changes nothing") {
        shared { SharedThreads.isSetRejected() to ThreadCells.current() } shouldBe (true to null)
        shared { Context().run { SharedThreads.isSetRejected() } } shouldBe false
        onNewThread { SharedThreads.isSetRejected() to ThreadCells.current() } shouldBe (false to null)
    }

    test("closing the handle removes the predicate") {
        StepThread("SharedThreadsSpec removed").use { thread ->
            val registration = SharedThreads.add { it.name == "SharedThreadsSpec removed" }
            shouldThrow<ContextRequiredException> { thread { v.set(1) } }
            repeat(2) { registration.close() }
            thread { v.set(1).getOldValue() } shouldBe Token.MISSING
        }
    }

    listOf("off" to false, "on" to true, null to true).forEach { (value, guarded) ->
        test("the check is ${if (guarded) "on" else "off"} from the start with the property ${value ?: "not set"}") {
            FreshLibrary(value).use { it.rejectsSetOnSharedThread() } shouldBe guarded
        }
    }
})

/** The library once more, in a class loader of its own, loaded with a value of the property. */
private class FreshLibrary(
    guard: String?,
) : AutoCloseable {
    private val loader =
        URLClassLoader(
            arrayOf(Context::class.java.protectionDomain.codeSource.location),
            ClassLoader.getPlatformClassLoader(),
        )

    init {
        System.clearProperty(PROPERTY)
        try {
            if (guard != null) System.setProperty(PROPERTY, guard)
            Class.forName("dev.contextvars.CoroutineGuard", true, loader)
        } finally {
            System.clearProperty(PROPERTY)
        }
    }

    fun rejectsSetOnSharedThread(): Boolean {
        val everyThread = java.util.function.Predicate<Thread> { true }
        loader
            .loadClass("dev.contextvars.SharedThreads")
            .getMethod("add", java.util.function.Predicate::class.java)
            .invoke(null, everyThread)
        val variables = loader.loadClass("dev.contextvars.ContextVar")
        val variable = variables.getConstructor(String::class.java).newInstance("v")
        val setting = { variables.getMethod("set", Any::class.java).invoke(variable, 1) }
        val failure = onNewThread { runCatching(setting).exceptionOrNull()?.cause }
        return failure?.javaClass?.simpleName == "ContextRequiredException"
    }

    override fun close() = loader.close()

    private companion object {
        const val PROPERTY = "contextvars.guard"
    }
}
