// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.coroutines.stress

import dev.contextvars.Context
import dev.contextvars.ContextSwap
import dev.contextvars.ContextVar
import dev.contextvars.SharedThreads
import dev.contextvars.testing.ThreadCells
import io.kotest.assertions.withClue
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.longs.shouldBeGreaterThan
import java.util.concurrent.ConcurrentLinkedQueue
import java.util.concurrent.atomic.AtomicInteger
import java.util.concurrent.atomic.AtomicLong

/** The results of one run, from all its coroutines. */
internal class Tally {
    val operations = AtomicLong()
    val hops = AtomicLong()
    val faults = ConcurrentLinkedQueue<String>()

    private val created = AtomicInteger()
    private val shared = ConcurrentLinkedQueue<Context>()

    /** Creates a context that a program shares with its coroutines. The first ones are checked at the end. */
    fun newContext(): Context = Context().also { if (created.incrementAndGet() <= MAX_SHARED) shared += it }

    /** Checks that every value was right, that no thread holds a context, and that no context is in use. */
    fun shouldBeClean(name: String, seed: Long) {
        val dirty = ThreadCells.dirtyThreadsAfter()
        val owned = shared.filter(::isOwned)
        println(
            "stress on $name, seed $seed: $operations operations, $hops hops, ${faults.size} wrong values, " +
                "${dirty.size} dirty threads, ${owned.size} of ${shared.size} shared contexts not free",
        )
        withClue("seed $seed, ${faults.take(5)}") {
            operations.get() shouldBeGreaterThan 0
            faults.shouldBeEmpty()
            dirty.shouldBeEmpty()
            owned.shouldBeEmpty()
        }
    }

    /** Returns whether a thread or a coroutine is in the context: this thread cannot enter it or set a variable. */
    private fun isOwned(context: Context): Boolean {
        val before = ContextSwap.swap(context)
        val isSetRejected = try {
            SharedThreads.isSetRejected()
        } finally {
            ContextSwap.swap(before)
        }
        return isSetRejected || runCatching { context.run { } }.isFailure
    }

    private companion object {
        const val MAX_SHARED = 100_000
    }
}

/** The expected state of a coroutine: its current context, and the values of the variables. */
internal class Model private constructor(
    private val values: MutableMap<ContextVar<Int>, Int>,
    private var context: Context?,
) {
    /** Creates the model of an empty context: the given one, or the one that the first check finds. */
    constructor(context: Context? = null) : this(mutableMapOf(), context)

    /** Returns the model of a copy of the context. */
    fun copy() = Model(values.toMutableMap(), null)

    operator fun set(variable: ContextVar<Int>, value: Int) {
        variable.set(value)
        values[variable] = value
    }

    /** Compares each variable, and checks that the context has not changed. */
    fun check(where: String, tally: Tally) {
        val current = ThreadCells.current()
        if (context == null) context = current
        if (current !== context) tally.faults += "$where: in $current instead of $context"
        for (variable in variables) {
            val (expected, got) = values.getOrDefault(variable, UNSET) to variable.get(UNSET)
            if (expected != got) tally.faults += "$where: $variable is $got instead of $expected"
        }
    }

    companion object {
        private const val UNSET = -1
        val variables = List(4) { ContextVar<Int>("v$it") }
    }
}
