// SPDX-License-Identifier: Apache-2.0
@file:OptIn(DelicateCoroutinesApi::class)

package dev.contextvars.coroutines

import dev.contextvars.Context
import dev.contextvars.ContextWatchers
import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldNotBeEmpty
import io.kotest.matchers.shouldBe
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.DelicateCoroutinesApi
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.GlobalScope
import kotlinx.coroutines.asContextElement
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.suspendCancellableCoroutine
import kotlinx.coroutines.test.runTest
import java.lang.StackWalker.StackFrame
import java.util.concurrent.CompletableFuture
import java.util.concurrent.TimeUnit
import kotlin.coroutines.Continuation
import kotlin.coroutines.EmptyCoroutineContext
import kotlin.coroutines.resume
import kotlin.coroutines.suspendCoroutine

/** The names of kotlinx.coroutines' frames by which the guard recognizes starts and resumes. They are not an API. */
class GuardFramesSpec : FunSpec({
    val pool = autoClose(worker("frames"))

    fun test(start: String, frame: String, isDriver: Boolean = true, body: ((List<StackFrame>) -> Unit) -> Unit) =
        test("the stack of $start has a frame $frame") {
            val stack = captured(body)
            val found = stack.filter { "${it.className}.${it.methodName}".startsWith("kotlinx.coroutines.$frame") }
            withClue(stack) { found.shouldNotBeEmpty() }
            if (isDriver) found.all { it.isDriver() } shouldBe true
        }

    test("a dispatched start", "DispatchedTask.run") { stack -> GlobalScope.launch(pool) { stack(frames()) } }

    test("a start on a worker", "scheduling.CoroutineScheduler\$Worker.") { stack ->
        GlobalScope.launch(Dispatchers.Default) { stack(frames()) }
    }

    test("an undispatched start", "intrinsics.UndispatchedKt.startCoroutineUndispatched") { stack ->
        GlobalScope.launch(start = CoroutineStart.UNDISPATCHED) { stack(frames()) }
    }

    test("an unconfined start", "internal.DispatchedContinuationKt.resumeCancellableWith") { stack ->
        GlobalScope.launch(Dispatchers.Unconfined) { stack(frames()) }
    }

    test("an unconfined resume", "internal.DispatchedContinuation.resumeWith") { stack ->
        lateinit var continuation: Continuation<Unit>
        GlobalScope.launch(Dispatchers.Unconfined) {
            suspendCoroutine { continuation = it }
            stack(frames())
        }
        continuation.resume(Unit)
    }

    test("an unconfined resume of a cancellable continuation", "DispatchedTaskKt.") { stack ->
        lateinit var continuation: Continuation<Unit>
        GlobalScope.launch(Dispatchers.Unconfined) {
            suspendCancellableCoroutine { continuation = it }
            stack(frames())
        }
        continuation.resume(Unit)
    }

    test("runBlocking", "BlockingCoroutine.") { stack -> runBlocking { stack(frames()) } }

    test("runTest", "test.", isDriver = false) { stack -> runTest { stack(frames()) } }

    val other = ThreadLocal<String>().asContextElement("value")
    mapOf("one element" to EmptyCoroutineContext, "two elements" to other).forEach { (elements, others) ->
        test("all frames between an update of $elements and its dispatch belong to the update") {
            val home = pool.call { Thread.currentThread() }
            val stack = captured { stack ->
                // A watcher is notified inside our element's update.
                val registration = ContextWatchers.add { if (Thread.currentThread() === home) stack(frames()) }
                val element = Context().asElement()
                registration.use { runBlocking { GlobalScope.launch(pool + others + element) { }.join() } }
            }
            val calling = stack
                .dropWhile { !it.className.endsWith("ContextElement") }
                .takeWhile { !it.isDriver() }
            withClue(stack) { calling.any { it.className.startsWith("kotlinx.coroutines.") } shouldBe true }
            calling.filterNot { it.isInstallation() }.map { it.className }.shouldBeEmpty()
        }
    }
})

private fun frames(): List<StackFrame> = StackWalker.getInstance().walk { it.toList() }

/** Returns the first stack that the body, or code that it starts, captures. */
private fun captured(body: ((List<StackFrame>) -> Unit) -> Unit): List<StackFrame> {
    val captured = CompletableFuture<List<StackFrame>>()
    body(captured::complete)
    return captured.get(30, TimeUnit.SECONDS)
}

private fun StackFrame.isDriver() = isDriver.invoke(null, this) as Boolean

private fun StackFrame.isInstallation() = isInstallation.invoke(null, this) as Boolean

private val isDriver = guardsQuestion("DepthOfDriver", "isDriver")
private val isInstallation = guardsQuestion("DepthOfCaller", "isInstallation")

private fun guardsQuestion(walk: String, name: String) = Class
    .forName("dev.contextvars.CoroutineGuard\$$walk")
    .getDeclaredMethod(name, StackFrame::class.java)
    .apply { isAccessible = true }
