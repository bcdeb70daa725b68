// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.leaks

import dev.contextvars.Context
import dev.contextvars.ContextLease
import dev.contextvars.ContextSwap
import dev.contextvars.ContextVar
import dev.contextvars.testing.TestThread
import dev.contextvars.testing.ThreadCells
import dev.contextvars.testing.pollUntil
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContain
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.types.shouldBeSameInstanceAs
import java.lang.ref.Reference
import java.lang.ref.WeakReference
import java.net.URLClassLoader
import java.util.function.Supplier

// The watched objects are created in functions: a local variable of a test would keep them alive.
class LeakSpec : FunSpec({
    // Each function runs on an idle thread that is then without a context.
    mapOf<String, () -> Watched>(
        "a context is collected after its exit, with variables, values and tokens" to ::runInAContext,
        "a thread retains nothing after attach and detach" to ::attachAndDetach,
        "a context does not retain the previous context after its exit" to {
            val (context, outer) = List(2) { Context() }
            outer.execute { context.execute { } }
            Watched(context, "outer" to outer)
        },
        "a context does not retain a variable that was reset" to { Context().let { it.run { setAndReset(it) } } },
        "a large context does not retain a variable that was reset" to {
            contextOf(40).let { it.run { setAndReset(it) } }
        },
        "a context does not retain a reset value of a variable with a copy policy" to {
            val variable = ContextVar.builder<Any>("variable").excludeFromCopies().build()
            val context = Context()
            val value = Any()
            context.execute { variable.reset(variable.set(value)) }
            Watched(context to variable, "value" to value)
        },
        "a context does not retain a replaced value" to {
            val variable = ContextVar<Any>("variable")
            val context = Context()
            val value = Any()
            context.execute { listOf(value, "another").forEach(variable::set) }
            Watched(context to variable, "value" to value)
        },
        "an unused token does not retain a variable that was set and reset later" to {
            setAndResetAfterA(
                used = false,
            )
        },
        "a used token does not retain a variable that was set and reset later" to { setAndResetAfterA(used = true) },
        "a copy does not retain variables that are set later in the original" to {
            val context = contextOf(40)
            val copy = context.copy()
            context.run { setAndReset(context to copy) }
        },
        "a context does not retain the lease of a completed task that has detached" to {
            val context = Context()
            var completed = false
            val lease = ContextLease(context) { completed }
            val token = lease.attach()
            completed = true
            ContextSwap.detach(token)
            Watched(context, "lease" to lease)
        },
        "a context does not retain a closed lease" to {
            val context = Context()
            val lease = ContextLease(context) { false }
            ContextSwap.detach(lease.attach())
            lease.close()
            Watched(context, "lease" to lease)
        },
    ).forEach { (name, use) ->
        test(name) {
            TestThread("idle").use { thread ->
                val watched = thread(use)
                watched.survivors().shouldBeEmpty()
                thread { ThreadCells.current() }.shouldBeNull()
                Reference.reachabilityFence(watched.kept)
            }
        }
    }

    test("an idle thread retains neither values nor the library's class loader") {
        TestThread("idle").use { thread ->
            val idle = thread { Thread.currentThread() }
            workInOwnLoader(thread).survivors().shouldBeEmpty()
            thread { Thread.currentThread() } shouldBeSameInstanceAs idle
        }
    }

    test("a thread retains its implicit context until swap(null)") {
        TestThread("idle").use { thread ->
            val watched = thread { Watched(null, "value" to Any().also { ContextVar<Any>("variable").set(it) }) }
            System.gc()
            watched.remaining() shouldContain "value"
            thread<Unit> { ContextSwap.swap(null) }
            watched.survivors().shouldBeEmpty()
        }
    }
})

/** Weak references to objects that must be collected, by name, while another object is [kept]. */
private class Watched(val kept: Any?, vararg objects: Pair<String, Any>) {
    private val references =
        objects.associate { (name, watched) -> name to (watched as? WeakReference<*> ?: WeakReference(watched)) }

    /** Returns the names of the objects that are not collected. Not get(), which would create a strong reference. */
    fun remaining(): Set<String> = references.filterValues { !it.refersTo(null) }.keys

    /** Collects garbage until all objects are collected or the time is up, and returns the names of the others. */
    fun survivors(): Set<String> {
        pollUntil {
            System.gc()
            remaining().isEmpty()
        }
        return remaining()
    }
}

private fun runInAContext(): Watched {
    val context = Context()
    val variable = ContextVar<Any>("variable")
    return context.run {
        val value = Any()
        val used = variable.set(value)
        variable.reset(used)
        val unused = variable.set(value)
        Watched(
            null,
            "context" to context,
            "variable" to variable,
            "value" to value,
            "used" to used,
            "unused" to unused,
        )
    }
}

private fun attachAndDetach(): Watched {
    val context = Context()
    val value = Any()
    val before = ContextSwap.attach(context)
    ContextVar<Any>("variable").set(value)
    ContextSwap.detach(before)
    return Watched(null, "context" to context, "value" to value)
}

private fun setAndReset(kept: Any): Watched {
    val variable = ContextVar<Any>("variable")
    val value = Any()
    val token = variable.set(value)
    variable.reset(token)
    return Watched(kept, "variable" to variable, "value" to value, "token" to token)
}

private fun setAndResetAfterA(used: Boolean): Watched = Context().run<Watched> {
    val variable = ContextVar<Any>("variable")
    val token = variable.set("value")
    if (used) variable.reset(token)
    setAndReset(token)
}

private fun workInOwnLoader(thread: TestThread): Watched {
    val places = listOf(Context::class.java, PoolWork::class.java).map { it.protectionDomain.codeSource.location }
    val loader = URLClassLoader(places.toTypedArray(), ClassLoader.getPlatformClassLoader())
    val work = loader.loadClass(PoolWork::class.java.name).getDeclaredConstructor().newInstance() as Supplier<*>
    work.javaClass.classLoader shouldBeSameInstanceAs loader
    val value = thread { work.get() as WeakReference<*> }
    return Watched(null, "loader" to loader, "library" to loader.loadClass(Context::class.java.name), "value" to value)
}

private fun contextOf(variables: Int) = Context().apply {
    execute { repeat(variables) { ContextVar<Int>("v$it").set(it) } }
}
