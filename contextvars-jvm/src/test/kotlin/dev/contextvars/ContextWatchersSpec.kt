// SPDX-License-Identifier: Apache-2.0
package dev.contextvars

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.nulls.shouldBeNull
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
        else -> "implicit"
    }

    /** Returns the names of the contexts that a watcher receives for the body's switches on this thread. */
    fun notifications(body: () -> Unit): String {
        val here = Thread.currentThread()
        val names = mutableListOf<String>()
        watching({ if (Thread.currentThread() === here) names += nameOf(it) }, body)
        return names.joinToString(" ")
    }

    mapOf<String, () -> Any?>(
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
        "attach and detach of a lease" to { ContextSwap.detach(ContextLease(a) { false }.attach()) },
        "a run whose body fails" to { runCatching { a.run { error("body") } } },
    ).forEach { (name, switching) ->
        test("$name notifies a watcher of each new current context, or of none") {
            onNewThread { notifications { switching() } } shouldBe "a none"
        }
    }

    test("an exit notifies a watcher of the outer context") {
        onNewThread { notifications { a.execute { b.execute { } } } } shouldBe "a b a none"
        onNewThread { notifications { listOf(a, b, a).forEach { ContextSwap.swap(it) } } } shouldBe "a b a"
    }

    test("a watcher is notified after the switch, when the previous context can be entered") {
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

    test("a set, a reset and a new implicit context do not notify a watcher") {
        onNewThread {
            notifications {
                v.reset(v.set(1))
                Bindings.of(v, 2).set().close()
            }
        } shouldBe ""
    }

    test("an exit notifies a watcher of the implicit context") {
        onNewThread {
            v.set(1)
            notifications { a.execute { } } shouldBe "a implicit"
        }
    }

    test("a switch to the current context does not notify a watcher") {
        onNewThread {
            notifications {
                repeat(2) { ContextSwap.swap(null) }
                repeat(2) { ContextSwap.swap(a) }
                a.execute { }
                ContextSwap.detach(ContextSwap.attach(a))
                repeat(2) { ContextSwap.swap(null) }
                ContextSwap.detach(null)
            }
        } shouldBe "a none"
    }

    test("a watcher is notified on the switching thread") {
        val threads = ConcurrentLinkedQueue<Thread>()
        watching({ threads += Thread.currentThread() }) {
            val switchers = List(2) { thread { Context().execute { } } }
            switchers.forEach { it.join() }
            threads.toSet() shouldBe switchers.toSet()
        }
    }

    test("a watcher added twice is notified twice, and each close removes one registration") {
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

    test("watchers are notified in the order of their registration, and close keeps it") {
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

    test("a watcher can remove itself, and the others are still notified") {
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

    test("a watcher removed during a notification on another thread is not notified again") {
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

    test("a watcher's own switches notify no watcher") {
        val notified = mutableListOf<String>()
        onNewThread {
            watching({
                notified += nameOf(it)
                b.execute { v.set(v.get() + 1) }
            }) { watching({ notified += nameOf(it) }) { a.execute { } } }
        }
        notified.joinToString(" ") shouldBe "a a none none"
        b[v] shouldBe 2
    }

    test("a switch of another thread during a notification notifies the watcher") {
        val notified = ConcurrentLinkedQueue<String>()
        onNewThread {
            watching({ context ->
                notified += nameOf(context)
                if (context === a) thread { b.execute { } }.join()
            }) { a.execute { } }
        }
        notified.joinToString(" ") shouldBe "a b none none"
    }

    /** Runs the body on a thread with an uncaught-exception handler. */
    fun onThreadWith(handler: Thread.UncaughtExceptionHandler, body: () -> Unit) {
        val switcher = Thread(body)
        switcher.setUncaughtExceptionHandler(handler)
        switcher.start()
        switcher.join()
    }

    test("an exception of a watcher goes to the thread's handler, and the switch completes") {
        val failure = AssertionError("watcher")
        val handled = ConcurrentLinkedQueue<Throwable>()
        var notified = 0
        var result = 0
        onThreadWith({ _, thrown -> handled += thrown }) {
            watching({ throw failure }) {
                watching({ notified++ }) {
                    result = a.run { 42.also { ContextSwap.current() shouldBeSameInstanceAs a } }
                    ContextSwap.current().shouldBeNull()
                }
            }
        }
        result shouldBe 42
        notified shouldBe 2
        handled.toList() shouldContainExactly List(2) { failure }
    }

    test("an exception of the handler is ignored, and the next switch notifies the watcher") {
        var notified = 0
        var result = 0
        onThreadWith({ _, _ -> throw StackOverflowError("handler") }) {
            watching({
                notified++
                error("watcher")
            }) { result = a.run { 42 } }
        }
        result shouldBe 42
        notified shouldBe 2
    }
})

/** Runs the body while the watcher is registered. */
private fun watching(watcher: (Context?) -> Unit, body: () -> Unit) = ContextWatchers.add(watcher).use { body() }
