// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.leaks

import dev.contextvars.Context
import dev.contextvars.ContextLease
import dev.contextvars.ContextSwap
import dev.contextvars.ContextVar
import dev.contextvars.Token
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContain
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeSameInstanceAs
import java.lang.ref.Reference
import java.lang.ref.WeakReference
import java.net.URLClassLoader
import java.time.Duration
import java.util.concurrent.ExecutorService
import java.util.function.Supplier

// What is watched is made in functions of its own: a local of a test would keep it alive.
class LeakSpec : FunSpec({
    test("an idle thread that is back on no context keeps neither a value nor the library's class loader") {
        withPool { pool ->
            val thread = pool.ask { Thread.currentThread() }
            survivors(workInOwnLoader(pool)).shouldBeEmpty()
            pool.ask { Thread.currentThread() } shouldBeSameInstanceAs thread
        }
    }

    test("a context that was left is collected, with its variables, values and tokens, used or not") {
        withPool { pool ->
            survivors(pool.ask { runInAContext() }).shouldBeEmpty()
            pool.ask { ContextSwap.swap(null) } shouldBe null
        }
    }

    test("a thread keeps the context that its own set made, until it is put on none") {
        withPool { pool ->
            val watched = pool.ask { setWithoutAContext() }
            survivors(watched, Duration.ZERO) shouldContain "value"
            pool.ask<Unit> { ContextSwap.swap(null) }
            survivors(watched).shouldBeEmpty()
        }
    }

    test("a coroutine's thread that had nothing is back on nothing after attach and detach") {
        withPool { pool ->
            survivors(pool.ask { attachAndDetach() }).shouldBeEmpty()
        }
    }

    test("a context that was left lets go of the one it was entered from") {
        val context = Context()
        withPool { pool ->
            survivors(pool.ask { enterFromAnother(context) }).shouldBeEmpty()
        }
        Reference.reachabilityFence(context)
    }

    test("a live context lets go of what was reset, be it one variable or many") {
        for (others in listOf(0, 40)) {
            val context = contextOf(others)
            survivors(context.run { setAndReset() }).shouldBeEmpty()
            context.size() shouldBe others
        }
    }

    test("a live context lets go of the reset value of a variable with a policy, too") {
        val context = Context()
        val variable = ContextVar.builder<Any>("variable").excludeFromCopies().build()
        survivors(
            context.run { Any().let { variable.reset(variable.set(it)).run { watch("value" to it) } } },
        ).shouldBeEmpty()
        Reference.reachabilityFence(context)
    }

    test("a live context lets go of the value that another replaced") {
        val context = Context()
        val variable = ContextVar<Any>("variable")
        val watched = context.run { watch("value" to setNew(variable)) }
        context.execute { variable.set("another") }
        survivors(watched).shouldBeEmpty()
        Reference.reachabilityFence(context)
    }

    test("a token in hand, used or not, keeps nothing that was set later and taken back") {
        for (used in listOf(false, true)) {
            val context = Context()
            val variable = ContextVar<Any>("variable")
            val token: Token<Any> = context.run { variable.set("value") }
            if (used) context.execute { variable.reset(token) }
            survivors(context.run { setAndReset() }).shouldBeEmpty()
            Reference.reachabilityFence(token)
        }
    }

    test("a copy of a context keeps nothing that was set in it later") {
        val context = contextOf(40)
        val copy = context.copy()
        val watched = context.run { setAndReset() }
        survivors(watched).shouldBeEmpty()
        copy.size() shouldBe 40
    }

    test("a context does not retain the lease of a completed task that has detached") {
        val context = Context()
        withPool { pool ->
            survivors(pool.ask { completeATask(context) }).shouldBeEmpty()
        }
        Reference.reachabilityFence(context)
    }

    test("a context does not retain a closed lease") {
        val context = Context()
        withPool { pool ->
            survivors(pool.ask { closeALease(context) }).shouldBeEmpty()
        }
        Reference.reachabilityFence(context)
    }
})

private fun workInOwnLoader(pool: ExecutorService): Watched {
    val places = listOf(Context::class.java, PoolWork::class.java).map { it.protectionDomain.codeSource.location }
    val loader = URLClassLoader(places.toTypedArray(), ClassLoader.getPlatformClassLoader())
    val work = loader.loadClass(PoolWork::class.java.name).getDeclaredConstructor().newInstance() as Supplier<*>
    work.javaClass.classLoader shouldBeSameInstanceAs loader
    val value = pool.ask { work.get() } as WeakReference<*>
    return watch("loader" to loader, "library" to loader.loadClass(Context::class.java.name)) + ("value" to value)
}

private fun runInAContext(): Watched {
    val context = Context()
    val variable = ContextVar<Any>("variable")
    return context.run {
        val value = Any()
        val used = variable.set(value)
        variable.reset(used)
        val unused = variable.set(value)
        watch("context" to context, "variable" to variable, "value" to value, "used" to used, "unused" to unused)
    }
}

private fun setWithoutAContext() = watch("value" to setNew(ContextVar("variable")))

private fun attachAndDetach(): Watched {
    val context = Context()
    val before = ContextSwap.attach(context)
    val watched = watch("context" to context, "value" to setNew(ContextVar("variable")))
    ContextSwap.detach(before)
    return watched
}

private fun completeATask(context: Context): Watched {
    var completed = false
    val lease = ContextLease(context) { completed }
    val token = lease.attach()
    completed = true
    ContextSwap.detach(token)
    return watch("lease" to lease)
}

private fun closeALease(context: Context): Watched {
    val lease = ContextLease(context) { false }
    ContextSwap.detach(lease.attach())
    lease.close()
    return watch("lease" to lease)
}

private fun enterFromAnother(context: Context): Watched {
    val outer = Context()
    outer.execute { context.execute { } }
    return watch("outer" to outer)
}

private fun setAndReset(): Watched {
    val variable = ContextVar<Any>("variable")
    val value = Any()
    val token = variable.set(value)
    val watched = watch("variable" to variable, "value" to value, "token" to token)
    variable.reset(token)
    return watched
}

private fun setNew(variable: ContextVar<Any>): Any = Any().also { variable.set(it) }

private fun contextOf(variables: Int) = Context().apply {
    execute { repeat(variables) { ContextVar<Int>("v$it").set(it) } }
}
