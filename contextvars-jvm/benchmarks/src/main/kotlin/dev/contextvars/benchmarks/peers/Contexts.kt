// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.benchmarks.peers

import dev.contextvars.Context
import dev.contextvars.ContextVar
import dev.contextvars.ContextWatchers
import dev.contextvars.concurrent.ContextExecutors
import io.opentelemetry.context.ContextKey
import java.util.concurrent.Executor
import io.grpc.Context as GrpcContext
import io.opentelemetry.context.Context as OtelContext

/** This library: the thread has entered a context that has n variables. */
internal open class ContextvarsPeer(n: Int) : Peer(n) {
    private val context = Context().apply { enter() }
    private val all = Array(n) { i -> ContextVar<Any>("v$i").apply { set(i) } }
    private val last = all[n - 1]
    private val absent = ContextVar<Any>("absent", DEFAULT)
    private val captured = context.copy()
    private val threads by lazy { ContextExecutors.threadFactory(virtualThreads(inherit = false)) }

    override fun get(): Any? = last.get()
    override fun getNext(): Any? = all[next()].get()
    override fun getAbsent(): Any? = absent.get()
    override fun set(value: Any): Any? = last.set(value)
    override fun setReset() {
        val token = last.set(other)
        last.reset(token)
    }

    override fun capture(): Any? = Context.copyContext()
    override fun run(body: Body): Any? = captured.run(body)
    override fun hop(body: Body): Any? = Context.copyContext().run(body)
    override fun executor(executor: Executor): Executor = ContextExecutors.wrap(executor)
    override fun start(task: Runnable) = threads.startAndJoin(task)
    override fun close() = context.exit()
}

/** This library, with a watcher of switches. */
internal class OneWatcherPeer(n: Int) : ContextvarsPeer(n) {
    private var lastSeen: Context? = null
    private val registration = ContextWatchers.add { lastSeen = it }

    override fun close() {
        registration.close()
        super.close()
    }
}

/** This library, after a watcher was removed: code may have been compiled with it. */
internal class WatcherRemovedPeer(n: Int) : ContextvarsPeer(n) {
    init {
        OneWatcherPeer(n).use { peer -> repeat(100_000) { peer.run(Body()) } }
    }
}

/** gRPC: a context that has n keys is attached. */
internal class GrpcPeer(n: Int) : Peer(n) {
    private val all = Array(n) { GrpcContext.key<Any>("k$it") }
    private val last = all[n - 1]
    private val absent = GrpcContext.keyWithDefault<Any>("absent", DEFAULT)
    private val attached = all.foldIndexed(GrpcContext.ROOT) { i, context, key -> context.withValue(key, i) }
    private val before = attached.attach()
    private val captured = attached.withValue(last, other)

    override fun get(): Any? = last.get()
    override fun getNext(): Any? = all[next()].get()
    override fun getAbsent(): Any? = absent.get()
    override fun set(value: Any): Any? = GrpcContext.current().withValue(last, value)
    override fun setReset() {
        val changed = GrpcContext.current().withValue(last, other)
        val before = changed.attach()
        changed.detach(before)
    }

    override fun capture(): Any? = GrpcContext.current()
    override fun run(body: Body): Any? = captured.call(body)
    override fun hop(body: Body): Any? = GrpcContext.current().call(body)
    override fun executor(executor: Executor): Executor = GrpcContext.currentContextExecutor(executor)
    override fun close() = attached.detach(before)
}

/** OpenTelemetry: a context that has n keys is current. */
internal class OpenTelemetryPeer(n: Int) : Peer(n) {
    private val all = Array(n) { ContextKey.named<Any>("k$it") }
    private val last = all[n - 1]
    private val absent = ContextKey.named<Any>("absent")
    private val current = all.foldIndexed(OtelContext.root()) { i, context, key -> context.with(key, i) }
    private val scope = current.makeCurrent()

    // Another context: to make the current one current again would cost nothing.
    private val captured = current.with(last, other)

    override fun get(): Any? = OtelContext.current().get(last)
    override fun getNext(): Any? = OtelContext.current().get(all[next()])
    override fun getAbsent(): Any? = OtelContext.current().get(absent) ?: DEFAULT
    override fun set(value: Any): Any? = OtelContext.current().with(last, value)
    override fun setReset() = OtelContext
        .current()
        .with(last, other)
        .makeCurrent()
        .close()

    override fun capture(): Any? = OtelContext.current()
    override fun run(body: Body): Any? = runIn(captured, body)

    /** Its best case, which another thread would not offer: the context is current already. */
    override fun hop(body: Body): Any? = runIn(OtelContext.current(), body)
    override fun executor(executor: Executor): Executor = OtelContext.taskWrapping(executor)

    private fun runIn(context: OtelContext, body: Body): Any? {
        val scope = context.makeCurrent()
        return body.runThen { scope.close() }
    }

    override fun close() = scope.close()
}
