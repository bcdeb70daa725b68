// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.logging.testing

import dev.contextvars.Context
import dev.contextvars.ContextVar
import dev.contextvars.coroutines.asElement
import dev.contextvars.coroutines.withValue
import dev.contextvars.logging.LogFields
import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.asCoroutineDispatcher
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withContext
import kotlinx.coroutines.yield
import java.util.concurrent.Executors
import java.util.concurrent.atomic.AtomicInteger
import kotlin.random.Random

/**
 * Coroutines that hop between threads, change their values and log; shared with the backends as source.
 *
 * Each message contains the values that its line must show in the layout of [PATTERN].
 */
internal class Hops(seed: Long, private val log: (String) -> Unit) {
    private val random = Random(seed)

    /** How often a coroutine resumed on another thread. */
    val hops = AtomicInteger()

    fun run() {
        val registrations = variables.map { LogFields.add(it) }
        val pool = Executors.newFixedThreadPool(THREADS)
        try {
            runBlocking { repeat(COROUTINES) { number -> storm(number, pool.asCoroutineDispatcher()) } }
        } finally {
            pool.shutdown()
            registrations.forEach { it.close() }
        }
    }

    private fun kotlinx.coroutines.CoroutineScope.storm(number: Int, dispatcher: CoroutineDispatcher) {
        val seed = random.nextLong()
        launch(dispatcher + Context().asElement()) {
            val dice = Random(seed)
            line("-", "-", "-")
            tenant.set("t$number")
            repeat(STEPS) { step ->
                step(number, step, dice)
            }
            launch {
                child.set("c$number")
                line("t$number", "${STEPS - 1}", "c$number")
                hop { yield() }
                line("t$number", "${STEPS - 1}", "c$number")
            }.join()
            line("t$number", "${STEPS - 1}", "-")
        }
    }

    private suspend fun step(number: Int, step: Int, dice: Random) {
        Companion.step.set(step)
        line("t$number", "$step", "-")
        when (dice.nextInt(3)) {
            0 -> hop { yield() }
            1 -> hop { withContext(Dispatchers.Default) { yield() } }
            else -> child.withValue("inner") { hop { yield() } }
        }
        line("t$number", "$step", "-")
    }

    private suspend fun hop(suspension: suspend () -> Unit) {
        val before = Thread.currentThread()
        suspension()
        if (Thread.currentThread() !== before) hops.incrementAndGet()
    }

    private fun line(tenant: String, step: String, child: String) = log("[$tenant $step $child]")

    companion object {
        /** A layout with the keys of the variables, for Logback's `%X{key:-default}`. */
        const val PATTERN = "[%X{tenant:--} %X{step:--} %X{child:--}] %msg"

        const val LINES = 22_000
        private const val THREADS = 8
        private const val COROUTINES = 500
        private const val STEPS = 20

        private val tenant = ContextVar<String>("tenant")
        private val step = ContextVar<Int>("step")
        private val child = ContextVar<String>("child")
        val variables: List<ContextVar<*>> = listOf(tenant, step, child)

        /** Returns the lines whose values differ from those in their messages. */
        fun wrong(lines: Collection<String>): List<String> =
            lines.filter { line -> line.substringBefore("] ") + "]" != line.substringAfter("] ") }
    }
}
