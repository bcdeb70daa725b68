// SPDX-License-Identifier: Apache-2.0
package outside

import dev.contextvars.Context
import dev.contextvars.ContextLease
import dev.contextvars.ContextSwap
import dev.contextvars.ContextVar
import dev.contextvars.coroutines.asElement
import dev.contextvars.coroutines.asSharedElement
import dev.contextvars.coroutines.withContext
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.SupervisorJob
import kotlinx.coroutines.async
import kotlinx.coroutines.runBlocking
import java.util.concurrent.CompletableFuture
import java.util.concurrent.TimeUnit
import java.util.function.BooleanSupplier
import kotlin.concurrent.thread
import kotlin.system.exitProcess
import kotlinx.coroutines.withContext as withElement

/** Overflows the stack first, and then starts coroutines in an entered context; see OverflowSpec. */
internal object OverflowedJvm {
    private val v = ContextVar<Int>("v")

    /** `args[0]` is the switch that the recursion performs: "execute", or "attach" as a dispatch does. */
    @JvmStatic
    fun main(args: Array<String>) {
        Thread(null, Overflow(args[0] == "attach"), "overflow", 256 * 1024).apply { start() }.join()
        println("overflow=${Overflow.outcome}")
        rejected("withContext(ctx)") { ctx, ran -> withContext(ctx) { ran.complete(Unit) } }
        rejected("withContext(ctx.asElement())") { ctx, ran ->
            withElement(ctx.asElement()) { yieldOnce().also { ran.complete(Unit) } }
        }
        rejected("launch(ctx.asSharedElement())") { ctx, ran ->
            CoroutineScope(
                SupervisorJob(),
            ).async(ctx.asSharedElement()) { yieldOnce().also { ran.complete(Unit) } }.await()
        }
        exitProcess(0) // all output is written; ends the remaining threads
    }

    private suspend fun yieldOnce() = kotlinx.coroutines.yield()

    /** Prints what the builder throws while a thread is in the context, and whether its block ran to the end. */
    private fun rejected(name: String, builder: suspend (Context, CompletableFuture<Unit>) -> Unit) {
        val outcome = CompletableFuture<String>()
        val ran = CompletableFuture<Unit>()
        thread(isDaemon = true) {
            val context = Context()
            val failure = runCatching { context.run<Unit> { runBlocking { builder(context, ran) } } }.exceptionOrNull()
            outcome.complete("${failure?.javaClass?.simpleName}${if (ran.isDone) ", but the block ran" else ""}")
        }
        println("$name=${runCatching { outcome.get(60, TimeUnit.SECONDS) }.getOrElse { "hangs" }}")
    }

    /** Not a lambda: code that is first linked on a full stack may remain unusable. */
    private class Overflow(private val attach: Boolean) :
        Runnable,
        BooleanSupplier {
        private var outer: Context? = null

        override fun run() {
            val context = Context()
            if (outer == null) {
                outer = context
                context.execute(Caught(this))
            } else if (attach) {
                val token = ContextLease(context, this).attach()
                try {
                    v.set(1)
                    run()
                } finally {
                    ContextSwap.detach(token)
                }
            } else {
                context.execute(Recursion(this))
            }
        }

        override fun getAsBoolean() = false

        private class Recursion(private val overflow: Overflow) : Runnable {
            override fun run() {
                v.set(1)
                overflow.run()
            }
        }

        private class Caught(private val overflow: Overflow) : Runnable {
            override fun run() {
                try {
                    overflow.run()
                } catch (_: StackOverflowError) {
                    outcome = if (ContextSwap.current() === overflow.outer) "recovered" else "in another context"
                }
            }
        }

        companion object {
            @Volatile
            var outcome = "none"
        }
    }
}
