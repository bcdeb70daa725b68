// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.benchmarks.peers

import com.alibaba.ttl.TransmittableThreadLocal
import com.alibaba.ttl.TransmittableThreadLocal.Transmitter
import com.alibaba.ttl.threadpool.TtlExecutors
import io.micrometer.context.ContextRegistry
import io.micrometer.context.ContextSnapshotFactory
import io.netty.util.concurrent.FastThreadLocal
import io.netty.util.concurrent.FastThreadLocalThread
import java.util.concurrent.Executor
import java.util.concurrent.Executors
import java.util.concurrent.atomic.AtomicReference

/**
 * The lower bound: a thread-local object with the value in a field; n does not matter. The object is an array, as this
 * library's own is, so that no class of an application stays with a thread.
 */
internal class HolderPeer(n: Int) : Peer(n) {
    init {
        HOLDER.set(arrayOf(n - 1))
    }

    override fun get(): Any? = HOLDER.get()[0]
    override fun run(body: Body): Any? {
        val before = swap(other)
        return body.runThen { swap(before) }
    }

    private fun swap(next: Any?): Any? {
        val holder = HOLDER.get()
        val before = holder[0]
        holder[0] = next
        return before
    }

    override fun close() = HOLDER.remove()

    private companion object {
        @JvmField
        val HOLDER = ThreadLocal<Array<Any?>>()
    }
}

/**
 * The lower bound of an exclusive entry: one compare-and-set and a release. Two threads cannot be kept apart with less
 * (Attiya and others, "Laws of Order", POPL 2011).
 */
internal class CompareAndSetPeer(n: Int) : Peer(n) {
    private val owner = AtomicReference<Thread?>()

    override fun run(body: Body): Any? {
        check(owner.compareAndSet(null, Thread.currentThread()))
        return body.runThen { owner.setRelease(null) }
    }
}

/** The JDK: n thread-locals are set. The first read of an absent one sets it to its default. */
internal open class ThreadLocalPeer(
    n: Int,
    create: () -> ThreadLocal<Any>,
    private val absent: ThreadLocal<Any>,
) : Peer(n) {
    constructor(n: Int) : this(n, { ThreadLocal() }, ThreadLocal.withInitial { DEFAULT })

    protected val all = Array(n) { i -> create().apply { set(i) } }
    private val last = all[n - 1]

    override fun get(): Any? = last.get()
    override fun getNext(): Any? = all[next()].get()
    override fun getAbsent(): Any? = absent.get()
    override fun set(value: Any): Any? {
        last.set(value)
        return null
    }

    override fun setReset() {
        val before = last.get()
        last.set(other)
        last.set(before)
    }

    override fun close() = (all + absent).forEach { it.remove() }
}

/** The JDK: n inheritable thread-locals are set; each new thread gets a copy of each. */
internal class InheritablePeer(n: Int) : ThreadLocalPeer(n, { InheritableThreadLocal() }, ThreadLocal()) {
    private val threads = virtualThreads(inherit = true)

    override fun start(task: Runnable) = threads.startAndJoin(task)
}

/** Alibaba: n transmittable thread-locals are set. */
internal class TransmittablePeer(n: Int) :
    ThreadLocalPeer(n, { TransmittableThreadLocal() }, TransmittableThreadLocal.withInitial { DEFAULT }) {
    private val captured = Transmitter.capture()

    override fun capture(): Any? = Transmitter.capture()
    override fun run(body: Body): Any? = replay(captured, body)
    override fun hop(body: Body): Any? = replay(Transmitter.capture(), body)
    override fun executor(executor: Executor): Executor = TtlExecutors.getTtlExecutor(executor)!!

    private fun replay(captured: Any, body: Body): Any? {
        val backup = Transmitter.replay(captured)
        return body.runThen { Transmitter.restore(backup) }
    }
}

/** Micrometer: n thread-locals are set and registered. To install values that are already set is its best case. */
internal class MicrometerPeer(n: Int) : ThreadLocalPeer(n) {
    private val registry = ContextRegistry().apply {
        all.forEachIndexed { i, key -> registerThreadLocalAccessor("k$i", key) }
    }
    private val factory = ContextSnapshotFactory.builder().contextRegistry(registry).build()
    private val captured = factory.captureAll()

    override fun capture(): Any? = factory.captureAll()
    override fun run(body: Body): Any? = captured.setThreadLocals().use { body.get() }
    override fun hop(body: Body): Any? = factory.captureAll().setThreadLocals().use { body.get() }
    override fun executor(executor: Executor) = Executor { executor.execute(factory.captureAll().wrap(it)) }
}

/** Netty: n fast thread-locals are set on a thread of the class that they are fast on. */
internal class FastThreadLocalPeer(n: Int) : Peer(n) {
    private val thread = Executors.newSingleThreadExecutor { FastThreadLocalThread(it) }
    private val all = Array(n) { FastThreadLocal<Any>() }
    private val last = all[n - 1]
    private val absent = object : FastThreadLocal<Any>() {
        override fun initialValue() = DEFAULT
    }

    init {
        within { all.forEachIndexed { i, key -> key.set(i) } }
    }

    override fun within(loop: Runnable) {
        thread.submit(loop).get()
    }

    override fun get(): Any? = last.get()
    override fun getNext(): Any? = all[next()].get()
    override fun getAbsent(): Any? = absent.get()
    override fun close() = thread.shutdown()
}
