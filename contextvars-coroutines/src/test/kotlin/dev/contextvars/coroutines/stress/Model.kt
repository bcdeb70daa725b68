// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.coroutines.stress

import dev.contextvars.Context
import dev.contextvars.ContextVar
import dev.contextvars.testing.ThreadCells
import java.util.concurrent.ConcurrentLinkedQueue
import java.util.concurrent.atomic.AtomicLong

/** What one run of programs has come to, from all its coroutines. */
internal class Tally {
    val operations = AtomicLong()
    val hops = AtomicLong()
    val faults = ConcurrentLinkedQueue<String>()

    /** The contexts that the programs made and handed in themselves, and so share with their coroutines. */
    val shared = ConcurrentLinkedQueue<Context>()
}

/** What a coroutine should find in its context: the values of its variables, and which context it is. */
internal class Model private constructor(
    private val values: MutableMap<ContextVar<Int>, Int>,
    private var context: Context?,
) {
    /** Makes the model of an empty context: the given one, or the one that the first check finds. */
    constructor(context: Context? = null) : this(mutableMapOf(), context)

    /** Returns the model of a copy of the context. */
    fun copy() = Model(values.toMutableMap(), null)

    operator fun set(variable: ContextVar<Int>, value: Int) {
        variable.set(value)
        values[variable] = value
    }

    /** Compares each variable, and whether the context is the one of the last look. */
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
