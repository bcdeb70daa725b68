// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.coroutines

import dev.contextvars.Context
import dev.contextvars.ContextEnteredException
import dev.contextvars.ContextLease
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.matchers.booleans.shouldBeFalse
import io.kotest.matchers.booleans.shouldBeTrue
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe
import kotlinx.coroutines.CoroutineName
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Job
import kotlinx.coroutines.SupervisorJob
import kotlinx.coroutines.async
import kotlinx.coroutines.launch
import kotlinx.coroutines.withContext
import kotlinx.coroutines.yield
import kotlin.coroutines.CoroutineContext

/** The sources of integrations, and what becomes of a coroutine whose element cannot install a context. */
class ContextSourceSpec : CoroutineSpec({
    coroutineTest("copyForEachBuilder runs withContext and new coroutines in copies") {
        val ctx = contextOf("alice")
        val element = ContextSource.copyForEachBuilder(ctx).toElement()
        withContext(one) {
            shouldRunInCopyOf(ctx) { block -> withContext(element) { block() } }
            shouldRunInCopyOf(ctx) { block -> launch(element) { block() }.join() }
            withContext(element) {
                val copy = here().shouldNotBeNull()
                shouldRunInCopyOf(copy) { block -> launch { block() }.join() }
                shouldRunIn(copy) { block -> withContext(CoroutineName("inner")) { block() } }
            }
        }
    }

    coroutineTest("copyOfCurrent runs each builder in a copy of its caller's current context") {
        val element = ContextSource.copyOfCurrent().toElement()
        val scope = CoroutineScope(one + element)
        for (ctx in listOf(contextOf("alice"), contextOf("bob"))) {
            withContext(ctx) {
                shouldRunInCopyOf(ctx) { block -> scope.launch { block() }.join() }
                shouldRunInCopyOf(ctx) { block -> withContext(element) { block() } }
            }
        }
        scope.async { here()?.isEmpty }.await() shouldBe true
    }

    coroutineTest("foundAtDispatch runs each coroutine in the context that is found for it") {
        val found = mapOf("a" to contextOf("a"), "b" to contextOf("b"))
        var calls = 0
        val source = ContextSource.foundAtDispatch { coroutine ->
            calls++
            found[coroutine[CoroutineName]?.name]
        }
        val scope = CoroutineScope(one + source.toElement())
        for ((name, ctx) in found) {
            scope
                .async(CoroutineName(name)) {
                    shouldRunIn(ctx) { it() }
                    shouldRunInCopyOf(ctx) { block -> launch { block() }.join() }
                }.await()
        }
        calls shouldBe 2
        scope.async { here()?.isEmpty }.await() shouldBe true
    }

    coroutineTest("a coroutine fails if finding its context throws") {
        var isRun = false
        val element = ContextSource.foundAtDispatch { throw IllegalStateException("not found") }.toElement()
        val scope = CoroutineScope(one + SupervisorJob())
        shouldThrow<IllegalStateException> { scope.async(element) { isRun = true }.await() }.message shouldBe
            "not found"
        isRun.shouldBeFalse()
        withContext(one) {
            shouldThrow<IllegalStateException> {
                withContext(element) {
                    here().shouldBeNull()
                    yield()
                }
            }.message shouldBe "not found"
            here().shouldBeNull()
        }
    }

    // An exception from an update would hang the coroutine.
    for (failures in 0..3) {
        coroutineTest("a coroutine that cannot be failed $failures times fails at a later dispatch") {
            val scope = CoroutineScope(one + SupervisorJob())
            val coroutine = scope.async(NotInstallable(failures)) {
                repeat(failures) { yield() }
                "not failed"
            }
            shouldThrow<IllegalStateException> { coroutine.await() }.message shouldBe "not installable"
            scope.async { here() }.await().shouldBeNull()
        }
    }

    coroutineTest("a rejected coroutine that cannot be failed at once fails with the rejection") {
        val ctx = Context()
        two.call { ctx.enter() }
        try {
            val element = NotInstallable(1, ContextLease(ctx) { false })
            val coroutine = CoroutineScope(one + SupervisorJob()).async(element) { yield() }
            shouldThrow<ContextEnteredException> { coroutine.await() }
        } finally {
            two.call { ctx.exit() }
        }
    }

    test("a Job of another class is cancelled if its context cannot be installed") {
        val job = Job()
        NotInstallable(0).updateThreadContext(job)
        job.isCancelled.shouldBeTrue()
    }
})

/** Installs the context of the lease, or throws without one. The first attempts to fail its coroutine throw, too. */
private class NotInstallable(private var failures: Int, override val lease: ContextLease? = null) : LeasingElement() {
    override val context: Context? get() = null

    override fun attach(context: CoroutineContext): Any? =
        (lease ?: throw IllegalStateException("not installable")).attach()

    override fun jobToFail(current: Job?): Job? {
        if (failures-- > 0) throw StackOverflowError()
        return current
    }

    override fun copyForChild() = this
}
