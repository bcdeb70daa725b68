// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.micrometer

import dev.contextvars.Context
import dev.contextvars.ContextSwap
import dev.contextvars.ContextVar
import dev.contextvars.concurrent.ContextExecutors
import dev.contextvars.testing.ThreadCells
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContain
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeSameInstanceAs
import io.kotest.matchers.types.shouldNotBeSameInstanceAs
import io.micrometer.context.ContextExecutorService
import io.micrometer.context.ContextRegistry
import io.micrometer.context.ContextSnapshotFactory
import java.util.concurrent.Callable
import java.util.concurrent.ExecutorService
import java.util.concurrent.Executors
import reactor.util.context.Context as ReactorContext

/** The accessor behind Micrometer's own API. */
class AccessorSpec : FunSpec({
    val snapshots = ContextSnapshotFactory.builder().build()
    val clearing = ContextSnapshotFactory.builder().clearMissing(true).build()
    afterTest { ThreadCells.dirtyThreadsAfter().shouldBeEmpty() }

    test("ServiceLoader registers the accessor under its key") {
        ContextRegistry
            .getInstance()
            .threadLocalAccessors
            .filterIsInstance<ContextVarsAccessor>()
            .map { it.key() } shouldBe
            listOf("dev.contextvars")
    }

    test("a snapshot carries the values to another thread, which has no context afterwards") {
        val snapshot = inContextOf("acme") { snapshots.captureAll() }
        onNewThread {
            snapshot.wrap(Callable { tenant.get() }).call() shouldBe "acme"
            ContextSwap.current() shouldBe null
        }
    }

    test("a snapshot has the values of its capture") {
        val snapshot = inContextOf("acme") { snapshots.captureAll().also { tenant.set("later") } }
        snapshot.wrap(Callable { tenant.get() }).call() shouldBe "acme"
    }

    test("a scope restores the context itself, without the changes of the scope") {
        val context = Context().with(tenant, "acme")
        context.run {
            snapshots.captureAll().setThreadLocals().use {
                ContextSwap.current() shouldNotBeSameInstanceAs context
                tenant.set("of the scope")
            }
            ContextSwap.current() shouldBeSameInstanceAs context
            tenant.get() shouldBe "acme"
        }
    }

    test("nested scopes each restore what was current before them") {
        val outer = inContextOf("outer") { snapshots.captureAll() }
        val inner = inContextOf("inner") { snapshots.captureAll() }
        outer.setThreadLocals().use {
            inner.setThreadLocals().use { tenant.get() shouldBe "inner" }
            tenant.get() shouldBe "outer"
        }
        ContextSwap.current() shouldBe null
    }

    test("scopes of one snapshot do not see each other's changes") {
        val snapshot = inContextOf("acme") { snapshots.captureAll() }
        snapshot.setThreadLocals().use { tenant.set("of the first scope") }
        snapshot.setThreadLocals().use { tenant.get() shouldBe "acme" }
    }

    test("a scope on a thread with an implicit context restores it") {
        val snapshot = inContextOf("acme") { snapshots.captureAll() }
        onNewThread {
            tenant.set("of the thread")
            val implicit = ContextSwap.current()
            snapshot.setThreadLocals().use { tenant.get() shouldBe "acme" }
            ContextSwap.current() shouldBeSameInstanceAs implicit
            tenant.get() shouldBe "of the thread"
            snapshots.captureAll().setThreadLocals().use { tenant.set("of the scope") }
            tenant.get() shouldBe "of the thread"
        }
    }

    test("a scope that is closed on another thread leaves no context there") {
        val scope = onNewThread { inContextOf("acme") { snapshots.captureAll() }.setThreadLocals() }
        onNewThread {
            scope.close()
            ContextSwap.current() shouldBe null
        }
        onNewThread {
            inContextOf("globex") { snapshots.captureAll() }.setThreadLocals()
            scope.close()
            ContextSwap.current() shouldBe null
        }
    }

    test("a scope that clears missing values is empty, and what it sets does not stay on the thread") {
        val nothing = onNewThread { clearing.captureAll() }
        inContextOf("acme") {
            nothing.setThreadLocals().use {
                tenant.get() shouldBe DEFAULT
                tenant.set("of the scope")
            }
            tenant.get() shouldBe "acme"
        }
        onNewThread {
            nothing.setThreadLocals().use { tenant.set("of the scope") }
            ContextSwap.current() shouldBe null
        }
    }

    test("a scope for the current context uses that context itself") {
        val context = Context().with(tenant, "acme")
        context.run {
            snapshots.setThreadLocalsFrom<Any>(reactorContextWith(context)).use {
                ContextSwap.current() shouldBeSameInstanceAs context
                tenant.set("of the scope")
            }
            ContextSwap.current() shouldBeSameInstanceAs context
            tenant.get() shouldBe "of the scope"
        }
    }

    test("a scope for a context that is not current uses a copy of it") {
        val context = Context().with(tenant, "acme")
        snapshots.setThreadLocalsFrom<Any>(reactorContextWith(context)).use {
            tenant.get() shouldBe "acme"
            tenant.set("of the scope")
        }
        context[tenant] shouldBe "acme"
    }

    test("a value of another type is reported, and the scope is empty") {
        inContextOf("acme") {
            val reports = reportsOf {
                snapshots.setThreadLocalsFrom<Any>(reactorContextWith("text")).use { tenant.get() shouldBe DEFAULT }
            }
            tenant.get() shouldBe "acme"
            reports.single().message shouldBe "the value of the key dev.contextvars is a java.lang.String, " +
                "not a dev.contextvars.Context: the code runs in an empty one"
        }
    }

    test("a handler of uncaught exceptions that throws does not disturb the scope") {
        onNewThread {
            Thread.currentThread().setUncaughtExceptionHandler { _, _ -> error("the handler fails") }
            snapshots.setThreadLocalsFrom<Any>(reactorContextWith(1)).use { tenant.get() shouldBe DEFAULT }
            ContextSwap.current() shouldBe null
        }
    }

    test("a copy policy that throws is reported, and the scope is empty") {
        val failing = ContextVar.builder<String>("failing").copyWith { error("no copy of $it") }.build()
        val context = Context()
        context.run {
            failing.set("a value")
            tenant.set("acme")
            val reports = reportsOf {
                snapshots.captureAll().setThreadLocals().use { tenant.get() shouldBe DEFAULT }
            }
            ContextSwap.current() shouldBeSameInstanceAs context
            tenant.get() shouldBe "acme"
            reports.map { it.message } shouldContain "no copy of a value"
        }
    }

    test("a registry without the accessor carries nothing") {
        val registry = ContextRegistry.getInstance()
        registry.removeThreadLocalAccessor("dev.contextvars") shouldBe true
        try {
            val snapshot = inContextOf("acme") { snapshots.captureAll() }
            snapshot.wrap(Callable { tenant.get() }).call() shouldBe DEFAULT
        } finally {
            registry.registerThreadLocalAccessor(ContextVarsAccessor())
        }
    }

    test("a set in a task of ContextExecutorService from a submitter without a context stays on the thread") {
        val pool = Executors.newSingleThreadExecutor()
        val read = Callable { tenant.get() }
        try {
            onNewThread {
                val wrapped: ExecutorService = ContextExecutorService.wrap(pool) { snapshots.captureAll() }
                wrapped.submit { tenant.set("of the task") }.get()
            }
            pool.submit(read).get() shouldBe "of the task"
            pool.submit { ContextSwap.swap(null) }.get()
            onNewThread { ContextExecutors.wrap(pool).submit { tenant.set("of the task") }.get() }
            pool.submit(read).get() shouldBe DEFAULT
        } finally {
            pool.shutdown()
        }
    }
})

private fun reactorContextWith(value: Any): ReactorContext = ReactorContext.of("dev.contextvars", value)
