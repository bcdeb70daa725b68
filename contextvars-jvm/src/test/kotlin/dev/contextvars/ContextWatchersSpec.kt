// SPDX-License-Identifier: Apache-2.0
package dev.contextvars

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeSameInstanceAs
import java.util.concurrent.ConcurrentLinkedQueue
import java.util.concurrent.CountDownLatch
import java.util.concurrent.TimeUnit
import java.util.function.Consumer
import kotlin.concurrent.thread

class ContextWatchersSpec : FunSpec({
    val v = ContextVar("v", 0)
    val (a, b) = List(2) { Context() }

    fun nameOf(context: Context?) = when {
        context == null -> "none"
        context === a -> "a"
        context === b -> "b"
        else -> "own"
    }

    /** Returns what a watcher is told of the body's switches on this thread. */
    fun toldHere(body: () -> Unit): String {
        val here = Thread.currentThread()
        val told = mutableListOf<String>()
        watching({ if (Thread.currentThread() === here) told += nameOf(it) }, body)
        return told.joinToString(" ")
    }

    /** Returns what a watcher is told while the body runs on a new thread, which has no context. */
    fun toldWhile(body: () -> Unit) = onNewThread { toldHere(body) }

    listOf<Pair<String, () -> Unit>>(
        "run" to { a.run { } },
        "call" to { a.call { } },
        "execute" to { a.execute { } },
        "enter and exit" to {
            a.enter()
            a.exit()
        },
        "swap" to {
            ContextSwap.swap(a)
            ContextSwap.swap(null)
        },
        "attach and detach" to { ContextSwap.detach(ContextSwap.attach(a)) },
        "a lease's attach and detach" to { ContextSwap.detach(ContextLease(a) { false }.attach()) },
        "a run whose body fails" to { runCatching { a.run { error("body") } } },
    ).forEach { (name, switching) ->
        test("a watcher is told of $name, each time of the context now current, or of none") {
            toldWhile { switching() } shouldBe "a none"
        }
    }

    test("a watcher is told of the outer context when the inner is left") {
        toldWhile { a.execute { b.execute { } } } shouldBe "a b a none"
        toldWhile {
            ContextSwap.swap(a)
            ContextSwap.swap(b)
            ContextSwap.swap(a)
        } shouldBe "a b a"
    }

    test("a watcher is told when the switch has been made, and what was left can be entered again") {
        val seen = mutableListOf<String>()
        onNewThread {
            watching({
                seen += nameOf(ContextSwap.current())
                if (it == null) a.execute { seen += "entered" }
            }) {
                a.execute { }
                ContextSwap.detach(ContextLease(a) { false }.attach())
            }
        }
        seen.joinToString(" ") shouldBe "a none entered a none entered"
    }

    test("a watcher is not told of sets and resets, nor of the context that a first set gives a thread") {
        toldWhile {
            v.reset(v.set(1))
            Bindings.of(v, 2).set().close()
        } shouldBe ""
    }

    test("a watcher is told of the thread's own context when that is current again") {
        onNewThread {
            v.set(1)
            toldHere { a.execute { } } shouldBe "a own"
        }
    }

    test("a watcher is not told of what makes no other context current") {
        toldWhile {
            repeat(2) { ContextSwap.swap(null) }
            ContextSwap.swap(a)
            ContextSwap.swap(a)
            a.execute { }
            ContextSwap.detach(ContextSwap.attach(a))
            repeat(2) { ContextSwap.swap(null) }
            ContextSwap.detach(null)
        } shouldBe "a none"
    }

    test("a watcher is told on the thread that switches, whichever that is") {
        val threads = ConcurrentLinkedQueue<Thread>()
        watching({ threads += Thread.currentThread() }) {
            val switchers = List(2) { thread { Context().execute { } } }
            switchers.forEach { it.join() }
            threads.toSet() shouldBe switchers.toSet()
        }
    }

    test("several watchers are told, in the order they were added") {
        val told = mutableListOf<Int>()
        onNewThread { watching({ told += 1 }) { watching({ told += 2 }) { a.execute { } } } }
        told shouldContainExactly listOf(1, 2, 1, 2)
    }

    test("a watcher that is added twice is notified twice, and each handle removes one registration") {
        var notified = 0
        val watcher = Consumer<Context?> { notified++ }
        onNewThread {
            val (first, second) = List(2) { ContextWatchers.add(watcher) }
            ContextSwap.swap(a)
            notified shouldBe 2
            first.close()
            first.close()
            ContextSwap.swap(b)
            notified shouldBe 3
            second.close()
            ContextSwap.swap(null)
        }
        notified shouldBe 3
    }

    test("closing a handle keeps the other watchers, in their order") {
        val notified = mutableListOf<Int>()
        onNewThread {
            val handles = List(3) { ContextWatchers.add { _ -> notified += it } }
            handles[1].close()
            ContextSwap.swap(a)
            handles[0].close()
            ContextSwap.swap(b)
            handles[2].close()
            ContextSwap.swap(null)
        }
        notified shouldContainExactly listOf(0, 2, 2)
    }

    test("a watcher can remove itself while it is notified, and the others are still notified") {
        val notified = mutableListOf<String>()
        lateinit var once: Registration
        onNewThread {
            once = ContextWatchers.add {
                notified += "once"
                once.close()
            }
            watching({ notified += "always" }) { a.execute { } }
        }
        notified shouldContainExactly listOf("once", "always", "always")
    }

    test("a watcher that is removed on one thread while it is notified on another is not notified again") {
        val (inside, removed) = List(2) { CountDownLatch(1) }
        val notified = ConcurrentLinkedQueue<String>()
        val registration = ContextWatchers.add {
            notified += nameOf(it)
            inside.countDown()
            removed.await(30, TimeUnit.SECONDS)
        }
        val switcher = thread { a.execute { } }
        inside.await(30, TimeUnit.SECONDS) shouldBe true
        registration.close()
        removed.countDown()
        switcher.join()
        notified.joinToString(" ") shouldBe "a"
    }

    test("a watcher is not told of its own switches, nor are the others") {
        val told = mutableListOf<String>()
        onNewThread {
            watching({
                told += nameOf(it)
                b.execute { v.set(v.get() + 1) }
            }) { watching({ told += nameOf(it) }) { a.execute { } } }
        }
        told.joinToString(" ") shouldBe "a a none none"
        b[v] shouldBe 2
    }

    test("while a watcher is told on one thread, switches of another thread are told") {
        val told = ConcurrentLinkedQueue<String>()
        onNewThread {
            watching({ context ->
                told += nameOf(context)
                if (context === a) thread { b.execute { } }.join()
            }) { a.execute { } }
        }
        told.joinToString(" ") shouldBe "a b none none"
    }

    test("an exception from a watcher goes to the thread's handler, and neither to the switch nor to other watchers") {
        val failure = AssertionError("watcher")
        val handled = ConcurrentLinkedQueue<Pair<Thread, Throwable>>()
        var told = 0
        var result = 0
        val switcher = Thread { watching({ throw failure }) { watching({ told++ }) { result = a.run { 42 } } } }
        switcher.setUncaughtExceptionHandler { thread, thrown -> handled += thread to thrown }
        switcher.start()
        switcher.join()
        result shouldBe 42
        told shouldBe 2
        handled.toList() shouldContainExactly List(2) { switcher to failure }
    }

    test("an exception from the handler itself comes out of no switch, and the next switch is told") {
        var told = 0
        var result = 0
        val switcher = Thread {
            watching({
                told++
                error("watcher")
            }) { result = a.run { 42 } }
        }
        switcher.setUncaughtExceptionHandler { _, _ -> throw StackOverflowError("handler") }
        switcher.start()
        switcher.join()
        result shouldBe 42
        told shouldBe 2
    }

    test("the switch stands, whatever its watchers throw") {
        val switcher = Thread {
            watching({ error("watcher") }) {
                a.execute { ContextSwap.current() shouldBeSameInstanceAs a }
                ContextSwap.current() shouldBe null
            }
        }
        val handled = mutableListOf<String?>()
        switcher.setUncaughtExceptionHandler { _, thrown -> handled += thrown.message }
        switcher.start()
        switcher.join()
        handled shouldContainExactly listOf("watcher", "watcher")
    }
})

/** Runs the body while the watcher is registered. */
private fun watching(watcher: (Context?) -> Unit, body: () -> Unit) = ContextWatchers.add(watcher).use { body() }
