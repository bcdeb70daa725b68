// SPDX-License-Identifier: Apache-2.0
package dev.contextvars

import dev.contextvars.hamt.Hamt
import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.ints.shouldBeGreaterThan
import io.kotest.matchers.shouldBe
import java.lang.reflect.Modifier

private const val ROUNDS = 100_000

/** The short form of `contextvars-jvm/stress`, where jcstress tries more, and some million times each. */
class RaceSpec : FunSpec({
    test("of two threads that enter one context and stay, one is let in") {
        race(List(ROUNDS) { Context() }, ::entersAndStays, ::entersAndStays).shouldHaveOneWinnerEach()
    }

    test("of two threads that run in one context, one at a time is in: what they do there needs no lock") {
        val states = List(ROUNDS) { Counted() }
        val outcomes = race(states, Counted::increment, Counted::increment)
        states.zip(outcomes).filter { (state, done) -> state.count != done.toList().count { it } }.shouldBeEmpty()
    }

    test("of two threads that run in one context, each is back afterwards on the context that it came from") {
        race(List(ROUNDS) { Context() }, ::comesBack, ::comesBack).toSet() shouldBe setOf(true to true)
    }

    test("of two threads that reset with one token, one does, and the value before is back") {
        raceForOneToken(::resets, ::resets)
    }

    // Who has entered a context spares a compare-and-set, unless somebody else has ever been in it without entering it.
    mapOf("a swap" to ::resets, "a lease" to ::resetsByLease).forEach { (way, resets) ->
        test("of a thread that enters and one that is in by $way, one resets with one token, and the value is back") {
            raceForOneToken(::entersAndResets, resets)
        }
    }

    test("of two threads that reset one token of an implicit context, of which one has entered it, one does") {
        val states = List(ROUNDS) { ImplicitToken() }
        val outcomes = race(states, ImplicitToken::resetsWhereItWasSet, ImplicitToken::entersAndResets)
        withClue(outcomes.groupingBy { it }.eachCount()) {
            outcomes
                .filter { (one, two) ->
                    one && two
                }.shouldBeEmpty()
        }
    }

    test(
        "a task that was handed on cannot enter its context inside another run, however late the old thread detaches",
    ) {
        val states = List(ROUNDS) { HandedOn() }
        race(states, HandedOn::handsOn, HandedOn::entersInsideAnother)
            .filter { (_, entered) ->
                entered
            }.shouldBeEmpty()
    }

    test("maps, views and variables have final fields alone, so that a data race hands over whole ones") {
        for (type in listOf(Hamt::class.java, ContextMap::class.java, ContextVar::class.java)) {
            val fields = type.declaredFields.filterNot { Modifier.isStatic(it.modifiers) }
            withClue(type) { fields.filterNot { Modifier.isFinal(it.modifiers) }.shouldBeEmpty() }
        }
    }
})

private class Counted {
    private val context = Context()
    var count = 0 // not atomic on purpose
        private set

    fun increment() = runsIn(context) { count++ }
}

private class OneToken {
    val variable = ContextVar<Int>("variable")
    val context = Context()
    val token: Token<Int> = context.run {
        variable.set(1)
        variable.set(2)
    }
}

/** A token of a thread's implicit context. */
private class ImplicitToken {
    private val variable = ContextVar<Int>("variable")
    private val context: Context
    private val token: Token<Int>

    init {
        val before = ContextSwap.swap(null)
        variable.set(1)
        token = variable.set(2)
        context = checkNotNull(ContextSwap.swap(before))
    }

    fun resetsWhereItWasSet(): Boolean {
        ContextSwap.swap(context) // what its own thread has current
        return token.tryReset().also { ContextSwap.swap(null) }
    }

    fun entersAndResets(): Boolean = runCatching { context.run { token.tryReset() } }.getOrDefault(false)
}

/** A task in a context that moves from one thread to another. */
private class HandedOn {
    private val context = Context()
    private val other = Context()
    private val lease = ContextLease(context) { false }

    @Volatile
    private var handedOn = false

    @Volatile
    private var done = false

    /** Attaches, hands the task on, and detaches late: while the other thread attaches, or after that. */
    fun handsOn(): Boolean {
        val token = lease.attach()
        handedOn = true
        ContextSwap.detach(token)
        while (!done) Thread.yield() // the other one may be waiting for this processor
        return false
    }

    fun entersInsideAnother(): Boolean {
        while (!handedOn) Thread.yield()
        val token = lease.attach()
        try {
            // Attached, not run: the thread's innermost attachment must be another one than the task's lease.
            val inner = ContextSwap.attach(other)
            return runsIn(context) { }.also { ContextSwap.detach(inner) }
        } finally {
            done = true
            ContextSwap.detach(token)
        }
    }
}

private fun raceForOneToken(one: (OneToken) -> Boolean, two: (OneToken) -> Boolean) {
    val states = List(ROUNDS) { OneToken() }
    val outcomes = race(states, one, two)
    outcomes.shouldHaveOneWinnerEach()
    states.take(outcomes.size).map { it.context[it.variable] }.toSet() shouldBe setOf(1)
}

private fun entersAndStays(context: Context): Boolean =
    try {
        context.enter()
        ContextSwap.swap(null) // the context stays entered, and this thread goes on without
        true
    } catch (_: ContextEnteredException) {
        false
    }

private fun comesBack(context: Context): Boolean {
    val mine = Context()
    ContextSwap.swap(mine)
    runsIn(context) { }
    return ContextSwap.swap(null) === mine
}

private fun runsIn(context: Context, body: Runnable): Boolean =
    try {
        context.execute(body)
        true
    } catch (_: ContextEnteredException) {
        false
    }

private fun resets(state: OneToken): Boolean {
    ContextSwap.swap(state.context) // no enter: it is to be current on both threads
    return try {
        triesReset(state)
    } finally {
        ContextSwap.swap(null)
    }
}

private fun resetsByLease(state: OneToken): Boolean {
    val before = ContextLease(state.context) { false }.attach()
    return try {
        triesReset(state)
    } finally {
        ContextSwap.detach(before)
    }
}

private fun entersAndResets(state: OneToken): Boolean = state.context.run { triesReset(state) }

private fun triesReset(state: OneToken): Boolean =
    try {
        state.variable.reset(state.token)
        true
    } catch (_: TokenUsedException) {
        false
    } catch (_: ContextContendedException) {
        false
    } catch (_: WrongContextException) {
        false // the lease came while the other was in, and so got a copy
    }

private fun List<Pair<Boolean, Boolean>>.shouldHaveOneWinnerEach() {
    val counts = groupingBy { it }.eachCount()
    withClue(counts) { counts.keys.filter { (one, two) -> one == two }.shouldBeEmpty() }
    size shouldBeGreaterThan 0
}
