// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.micrometer

import dev.contextvars.Context
import dev.contextvars.ContextSwap
import dev.contextvars.coroutines.asElement
import dev.contextvars.coroutines.withContext
import dev.contextvars.testing.ThreadCells
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeSameInstanceAs
import io.micrometer.context.ContextSnapshot
import io.micrometer.context.ContextSnapshotFactory
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.asCoroutineDispatcher
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withContext
import kotlinx.coroutines.yield
import java.util.concurrent.Callable
import java.util.concurrent.Executors

class CoroutineSpec : FunSpec({
    val snapshots = ContextSnapshotFactory.builder().build()
    afterTest { ThreadCells.dirtyThreadsAfter().shouldBeEmpty() }

    test("a scope inside a coroutine restores the coroutine's context") {
        val other = inContextOf("other") { snapshots.captureAll() }
        val context = Context().with(tenant, "acme")
        runBlocking(Dispatchers.Default) {
            withContext(context) {
                repeat(100) {
                    other.setThreadLocals().use { tenant.get() shouldBe "other" }
                    ContextSwap.current() shouldBeSameInstanceAs context
                    yield()
                    tenant.get() shouldBe "acme"
                }
                tenant.set("of the coroutine")
            }
        }
        context[tenant] shouldBe "of the coroutine"
    }

    test("a snapshot of a coroutine has a copy of its values") {
        runBlocking(Context().with(tenant, "acme").asElement()) {
            val snapshot = snapshots.captureAll()
            tenant.set("later")
            withContext(Dispatchers.Default) { snapshot.wrap(Callable { tenant.get() }).call() } shouldBe "acme"
        }
    }

    test("a scope that is closed after the coroutine has left the thread leaves no context there") {
        Executors.newSingleThreadExecutor().asCoroutineDispatcher().use { thread ->
            runBlocking {
                val resume = CompletableDeferred<Unit>()
                val scopes = mutableListOf<ContextSnapshot.Scope>()
                val job = launch(thread + Context().with(tenant, "acme").asElement()) {
                    scopes += snapshots.captureAll().setThreadLocals()
                    resume.await()
                }
                withContext(thread) { yield() } // until the coroutine is suspended
                withContext(thread) {
                    scopes.single().close()
                    ContextSwap.current() shouldBe null
                }
                resume.complete(Unit)
                job.join()
            }
        }
    }
})
