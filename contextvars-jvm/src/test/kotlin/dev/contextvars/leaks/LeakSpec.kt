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

// The watched objects are created in functions: a local variable of a test would keep them alive.
class LeakSpec : FunSpec({
    test("an idle thread retains neither values nor the library's class loader") {
        withPool { pool ->
            val thread = pool.invoke { Thread.currentThread() }
            survivors(workInOwnLoader(pool)).shouldBeEmpty()
            pool.invoke { Thread.currentThread() } shouldBeSameInstanceAs thread
        }
    }

    test("a context is collected after its exit, with variables, values and tokens") {
        withPool { pool ->
            survivors(pool.invoke { runInAContext() }).shouldBeEmpty()
            pool.invoke { ContextSwap.swap(null) } shouldBe null
        }
    }

    test("a thread retains its implicit context until swap(null)") {
        withPool { pool ->
            val watched = pool.invoke { setWithoutAContext() }
            survivors(watched, Duration.ZERO) shouldContain "value"
            pool.invoke<Unit> { ContextSwap.swap(null) }
            survivors(watched).shouldBeEmpty()
        }
    }

    test("a thread retains nothing after attach and detach") {
        withPool { pool ->
            survivors(pool.invoke { attachAndDetach() }).shouldBeEmpty()
        }
    }

    test("a context does not retain the previous context after its exit") {
        val context = Context()
        withPool { pool ->
            survivors(pool.invoke { enterFromAnother(context) }).shouldBeEmpty()
        }
        Reference.reachabilityFence(context)
    }

    test("a context does not retain a variable that was reset") {
        for (others in listOf(0, 40)) {
            val context = contextOf(others)
            survivors(context.run { setAndReset() }).shouldBeEmpty()
            context.size() shouldBe others
        }
    }

    test("a context does not retain a reset value of a variable with a copy policy") {
        val context = Context()
        val variable = ContextVar.builder<Any>("variable").excludeFromCopies().build()
        survivors(
            context.run { Any().let { variable.reset(variable.set(it)).run { watch("value" to it) } } },
        ).shouldBeEmpty()
        Reference.reachabilityFence(context)
    }

    test("a context does not retain a replaced value") {
        val context = Context()
        val variable = ContextVar<Any>("variable")
        val watched = context.run { watch("value" to setNew(variable)) }
        context.execute { variable.set("another") }
        survivors(watched).shouldBeEmpty()
        Reference.reachabilityFence(context)
    }

    test("a token does not retain a variable that was set and reset later") {
        for (used in listOf(false, true)) {
            val context = Context()
            val variable = ContextVar<Any>("variable")
            val token: Token<Any> = context.run { variable.set("value") }
            if (used) context.execute { variable.reset(token) }
            survivors(context.run { setAndReset() }).shouldBeEmpty()
            Reference.reachabilityFence(token)
        }
    }

    test("a copy does not retain variables that are set later in the original") {
        val context = contextOf(40)
        val copy = context.copy()
        val watched = context.run { setAndReset() }
        survivors(watched).shouldBeEmpty()
        copy.size() shouldBe 40
    }

    test("a context does not retain the lease of a completed task that has detached") {
        val context = Context()
        withPool { pool ->
            survivors(pool.invoke { completeATask(context) }).shouldBeEmpty()
        }
        Reference.reachabilityFence(context)
    }

    test("a context does not retain a closed lease") {
        val context = Context()
        withPool { pool ->
            survivors(pool.invoke { closeALease(context) }).shouldBeEmpty()
        }
        Reference.reachabilityFence(context)
    }
})

private fun workInOwnLoader(pool: ExecutorService): Watched {
    val places = listOf(Context::class.java, PoolWork::class.java).map { it.protectionDomain.codeSource.location }
    val loader = URLClassLoader(places.toTypedArray(), ClassLoader.getPlatformClassLoader())
    val work = loader.loadClass(PoolWork::class.java.name).getDeclaredConstructor().newInstance() as Supplier<*>
    work.javaClass.classLoader shouldBeSameInstanceAs loader
    val value = pool.invoke { work.get() } as WeakReference<*>
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
