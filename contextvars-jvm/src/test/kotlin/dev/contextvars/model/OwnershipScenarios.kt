// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.model

import dev.contextvars.Context
import dev.contextvars.ContextContendedException
import dev.contextvars.ContextEnteredException
import dev.contextvars.ContextLease
import dev.contextvars.ContextSwap
import dev.contextvars.ContextVar
import dev.contextvars.Token
import java.util.concurrent.atomic.AtomicBoolean

/**
 * Two or three threads and one context. Each scenario throws if its promise is broken in the current interleaving.
 *
 * Rules for a scenario:
 *  - The first thread must be left without a context, because Lincheck uses it again.
 *  - Threads return results, and the first thread checks them after it has joined the others.
 *  - No lookup by key: Lincheck replaces `Object.hashCode()` by 0, and the map then misses what a set stored. Iterate
 *    with [valueOf] instead.
 */
internal object OwnershipScenarios {
    /** The scenarios by the promise that they check. */
    val byPromise: Map<String, () -> Unit> = mapOf(
        "a task that moved to another thread cannot enter its own context" to ::reentryAfterHop,
        "a task that moved twice cannot enter its own context" to ::reentryAfterTwoHops,
        "a thread that handed its task on can enter the task's context" to ::runAfterHandOn,
        "a task that moved keeps its claim against an earlier task" to ::hopKeepsRivalOut,
        "two threads never run in one context at the same time" to ::twoRuns,
        "a thread inside a context keeps it when a task attaches" to ::runHoldsAgainstTask,
        "a rejected task changes only its copy" to ::rejectedTaskChangesNothing,
        "a task cannot write after a thread has entered its context" to ::laterRunKeepsTaskOut,
        "a task cannot write after a later task has attached" to ::laterTaskKeepsEarlierOut,
        "the next task can attach before the completed one detaches" to ::sequentialLaunches,
        "a thread can run in the context of a suspended task" to ::suspendedThenRun,
        "one token resets once in an entered and a swapped context" to ::oneTokenEnterSwap,
        "one token resets once in an implicit context" to ::oneTokenOwn,
        "one token resets once in an attached context" to ::oneTokenAttached,
    )

    // ---- a task that moves between threads ----

    /** The task moves from thread 1 to thread 2, where it attaches another context. Thread 1 detaches late. */
    private fun reentryAfterHop() {
        val context = Context()
        val other = Context()
        val lease = ContextLease(context) { false }
        var entered = false
        val token = lease.attach()
        val second = start { lease.whileAttached { entered = entersInside(other, context) } }
        ContextSwap.detach(token)
        second.join()
        promise(!entered) { "the task entered its own context" }
        promiseFree(context)
    }

    /** As [reentryAfterHop], from thread 1 to thread 2 to thread 3, with two late detaches. */
    private fun reentryAfterTwoHops() {
        val context = Context()
        val other = Context()
        val lease = ContextLease(context) { false }
        var entered = false
        val token = lease.attach()
        val third = Thread { lease.whileAttached { entered = entersInside(other, context) } }
        val second = start { lease.whileAttached { third.start() } }
        ContextSwap.detach(token)
        second.join()
        third.join()
        promise(!entered) { "the task entered its own context" }
        promiseFree(context)
    }

    /** Thread 1 has handed the task on and has detached: it may enter, wherever the task is now. */
    private fun runAfterHandOn() {
        val context = Context()
        val lease = ContextLease(context) { false }
        val token = lease.attach()
        val second = start { lease.whileAttached { } }
        ContextSwap.detach(token)
        promise(enters(context)) { "a run was rejected on a thread that the task has left" }
        second.join()
        promiseFree(context)
    }

    /** Thread 1 lost the context to a task that moved from thread 2 to thread 3 and stays there. */
    private fun hopKeepsRivalOut() {
        val variable = ContextVar<Int>("variable")
        val context = Context()
        val earlier = ContextLease(context) { false }
        val later = ContextLease(context) { false }
        val token = earlier.attach()
        val third = Thread { later.attach() }
        val second = start { later.whileAttached { third.start() } }
        second.join()
        third.join()
        val written = sets(variable, 1)
        ContextSwap.detach(token)
        promise(!written && valueOf(variable, context) == null) { "a task that lost its context has written" }
    }

    // ---- threads ----

    private fun twoRuns() {
        val variable = ContextVar<Int>("variable")
        val context = Context()
        var inside = 0
        var most = 0
        val runs = BooleanArray(2)
        val returned = BooleanArray(2)

        fun runIn(thread: Int) {
            val before = Context()
            ContextSwap.swap(before)
            runs[thread] = executes(context) {
                inside++
                most = maxOf(most, inside)
                variable.set((valueOf(variable, context) ?: 0) + 1)
                inside--
            }
            returned[thread] = ContextSwap.swap(null) === before
        }

        val second = start { runIn(1) }
        runIn(0)
        second.join()
        promise(most == 1) { "$most threads were in one context" }
        promise(valueOf(variable, context) == runs.count { it }) { "a value was lost: ${runs.toList()}, $context" }
        promise(returned.all { it }) { "a thread was not on its context after the run: ${returned.toList()}" }
        promiseFree(context)
    }

    // ---- threads and tasks ----

    private fun runHoldsAgainstTask() {
        val variable = ContextVar<Int>("variable")
        val context = Context()
        var task: String? = null
        context.enter()
        val second = start { task = runTask(context, variable) }
        val written = sets(variable, 1)
        second.join()
        val value = valueOf(variable, context)
        context.exit()
        promise(written && value == 1) { "the thread inside: written $written, value $value" }
        promise(task == REJECTED) { "the task: $task" }
        promiseFree(context)
    }

    private fun rejectedTaskChangesNothing() {
        val variable = ContextVar<Int>("variable")
        val context = Context()
        var rejected = false
        var inCopy = false
        val second = start {
            val lease = ContextLease(context) { false }
            lease.whileAttached {
                rejected = lease.takeFailure() != null
                inCopy = ContextSwap.current() !== context
                if (rejected) variable.set(1)
            }
        }
        executes(context) { }
        second.join()
        promise(rejected == inCopy) { "rejected: $rejected, in a copy: $inCopy" }
        promise(valueOf(variable, context) == null) { "a rejected task changed the context" }
        promiseFree(context)
    }

    private fun laterRunKeepsTaskOut() {
        val variable = ContextVar<Int>("variable")
        val context = Context()
        val inside = AtomicBoolean()
        val token = ContextLease(context) { false }.attach()
        val second = start {
            context.enter()
            inside.set(true)
            ContextSwap.swap(null) // the context stays entered
        }
        val lost = inside.get()
        val written = sets(variable, 1)
        ContextSwap.detach(token)
        second.join()
        promise(
            !lost || (!written && valueOf(variable, context) == null),
        ) { "a task that lost its context has written" }
        promise(!enters(context)) { "a late detach freed the context of the thread inside" }
    }

    private fun laterTaskKeepsEarlierOut() {
        val variable = ContextVar<Int>("variable")
        val others = ContextVar<Int>("others")
        val context = Context()
        val inside = AtomicBoolean()
        var othersWritten = false
        val token = ContextLease(context) { false }.attach()
        val second = start {
            ContextLease(context) { false }.attach() // and stays attached
            inside.set(true)
            othersWritten = sets(others, 1)
        }
        val lost = inside.get()
        val written = sets(variable, 1)
        ContextSwap.detach(token)
        second.join()
        promise(
            !lost || (!written && valueOf(variable, context) == null),
        ) { "a task that lost its context has written" }
        promise(othersWritten) { "the task that attached last could not write" }
    }

    /** The first task completes on thread 1, and the next one starts on thread 2 before thread 1 detaches. */
    private fun sequentialLaunches() {
        val firsts = ContextVar<Int>("firsts")
        val seconds = ContextVar<Int>("seconds")
        val context = Context()
        val completed = AtomicBoolean()
        var task: String? = null
        val token = ContextLease(context, completed::get).attach()
        val written = sets(firsts, 1)
        completed.set(true)
        val second = start { task = runTask(context, seconds) }
        ContextSwap.detach(token)
        second.join()
        promise(written && task == WRITTEN) { "the first task: $written, the second: $task" }
        promise(valueOf(firsts, context) == 1 && valueOf(seconds, context) == 1) { "a value was lost: $context" }
        promiseFree(context)
    }

    /** The task suspends on thread 1; thread 2 runs in the context before thread 1 detaches. */
    private fun suspendedThenRun() {
        val variable = ContextVar<Int>("variable")
        val context = Context()
        var ran = false
        var reentered = false
        val token = ContextLease(context) { false }.attach()
        val second = start {
            ran = executes(context) {
                reentered = enters(context)
                variable.set(1)
            }
        }
        ContextSwap.detach(token)
        second.join()
        promise(
            ran && valueOf(variable, context) == 1,
        ) { "the run was rejected, or its value was lost: $ran, $context" }
        promise(!reentered) { "the thread entered a context twice" }
        promiseFree(context)
    }

    // ---- tokens ----

    /** One thread enters the context, the other swaps it in, and both reset with one token. */
    private fun oneTokenEnterSwap() {
        val variable = ContextVar<Int>("variable")
        val context = Context()
        val token = context.run<Token<Int>> {
            variable.set(1)
            variable.set(2)
        }
        var inRun = false
        var inSwap = false
        val second = start {
            val before = ContextSwap.swap(context)
            inSwap = token.tryReset()
            ContextSwap.swap(before)
        }
        executes(context) { inRun = token.tryReset() }
        second.join()
        promise(!(inRun && inSwap)) { "one token was used twice" }
        val expected = if (inRun || inSwap) 1 else 2
        promise(valueOf(variable, context) == expected) { "run: $inRun, swap: $inSwap, $context" }
    }

    /** The first set creates the implicit context. */
    private fun oneTokenOwn() = oneTokenInCurrent { ContextSwap.swap(null) }

    private fun oneTokenAttached() {
        val attached = ContextLease(Context()) { false }.attach()
        oneTokenInCurrent { ContextSwap.detach(attached) }
    }

    /** This thread resets in its current context, while another thread, to which it was passed, runs in it. */
    private fun oneTokenInCurrent(leave: () -> Unit) {
        val variable = ContextVar<Int>("variable")
        variable.set(1)
        val token = variable.set(2)
        val current = checkNotNull(ContextSwap.current())
        var inRun = false
        val second = start { executes(current) { inRun = token.tryReset() } }
        val inOwner = token.tryReset()
        second.join()
        leave()
        promise(!(inRun && inOwner)) { "one token was used twice" }
        val expected = if (inRun || inOwner) 1 else 2
        promise(valueOf(variable, current) == expected) { "run: $inRun, owner: $inOwner, $current" }
    }

    // ---- steps ----

    private const val WRITTEN = "written"
    private const val CONTENDED = "contended"
    private const val REJECTED = "rejected"

    private fun start(body: () -> Unit): Thread = Thread(body).apply { start() }

    private fun ContextLease.whileAttached(body: () -> Unit) {
        val token = attach()
        body()
        ContextSwap.detach(token)
    }

    /** Runs a task that resumes once on the calling thread, sets the variable to 1 and suspends. */
    private fun runTask(context: Context, variable: ContextVar<Int>): String {
        val lease = ContextLease(context) { false }
        val token = lease.attach()
        val rejected = lease.takeFailure() != null
        val written = sets(variable, 1)
        ContextSwap.detach(token)
        return if (rejected) {
            REJECTED
        } else if (written) {
            WRITTEN
        } else {
            CONTENDED
        }
    }

    private fun enters(context: Context): Boolean = executes(context) { }

    /**
     * Attaches the first context without a lease, and enters the second one there. A task's claim on the second one is
     * then found only by its owner: the thread's innermost attachment is another one.
     */
    private fun entersInside(attached: Context, context: Context): Boolean {
        val token = ContextSwap.attach(attached)
        return enters(context).also { ContextSwap.detach(token) }
    }

    private fun executes(context: Context, body: () -> Unit): Boolean =
        try {
            context.execute(body)
            true
        } catch (_: ContextEnteredException) {
            false
        }

    private fun sets(variable: ContextVar<Int>, value: Int): Boolean =
        try {
            variable.set(value)
            true
        } catch (_: ContextContendedException) {
            false
        }

    private fun valueOf(variable: ContextVar<Int>, context: Context): Int? =
        context.firstOrNull { it.key === variable }?.value as Int?

    private fun promiseFree(context: Context) {
        promise(enters(context)) { "the context stays in use" }
        promise(ContextSwap.current() == null) { "the thread was left with a context" }
    }

    private fun promise(holds: Boolean, broken: () -> String) {
        if (!holds) throw AssertionError(broken())
    }
}
