// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.samples.orders.load

import java.util.concurrent.ConcurrentLinkedQueue
import java.util.concurrent.atomic.LongAdder

/** What the load counts, and what it finds wrong. */
internal class Tally {
    val inside = Findings()
    val responses = Findings()
    val lines = Findings()
    val rows = Findings()

    val sets = LongAdder()
    val suspensions = LongAdder()
    val hops = LongAdder()
    val children = LongAdder()
    val cancelledChildren = LongAdder()
    val failedChildren = LongAdder()
    val timeouts = LongAdder()
    val abandonedCalls = LongAdder()

    override fun toString(): String =
        """
        |checked:  $inside steps inside of calls, $responses facts of responses, $lines log lines, $rows facts of rows
        |done:     $sets sets, $suspensions suspensions, $hops hops to another thread, $timeouts timeouts
        |children: $children, of which $cancelledChildren were cancelled and $failedChildren failed
        """.trimMargin()
}

/** Counts checks and keeps what they found. */
internal class Findings {
    private val checks = LongAdder()
    private val wrong = ConcurrentLinkedQueue<String>()

    val count: Long get() = checks.sum()

    /** The first few: one mistake may show a hundred thousand times. */
    val first: List<String> get() = wrong.take(10)

    fun check(condition: Boolean, finding: () -> String) {
        checks.increment()
        if (!condition) wrong += finding()
    }

    override fun toString(): String = checks.toString()
}
