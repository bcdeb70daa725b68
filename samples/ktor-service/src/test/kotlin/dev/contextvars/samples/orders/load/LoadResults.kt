// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.samples.orders.load

import java.util.concurrent.ConcurrentLinkedQueue
import java.util.concurrent.atomic.LongAdder

/** The counters of the load and the results of its checks. */
internal class LoadResults {
    val inside = Checks()
    val responses = Checks()
    val lines = Checks()
    val rows = Checks()

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
        |checked:  $inside steps of calls, $responses values of responses, $lines log lines, $rows values of rows
        |done:     $sets sets, $suspensions suspensions, $hops hops to another thread, $timeouts timeouts
        |children: $children, of which $cancelledChildren were cancelled and $failedChildren failed
        """.trimMargin()
}

/** Counts checks and keeps the messages of those that failed. */
internal class Checks {
    private val checks = LongAdder()
    private val failures = ConcurrentLinkedQueue<String>()

    val count: Long get() = checks.sum()

    /** The first ten failures: one defect may cause a hundred thousand. */
    val first: List<String> get() = failures.take(10)

    fun check(condition: Boolean, message: () -> String) {
        checks.increment()
        if (!condition) failures += message()
    }

    override fun toString(): String = checks.toString()
}
