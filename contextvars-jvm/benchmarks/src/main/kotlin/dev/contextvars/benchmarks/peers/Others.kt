// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.benchmarks.peers

import dev.contextvars.Context
import dev.contextvars.ContextVar
import io.opentelemetry.context.ContextKey
import io.grpc.Context as GrpcContext
import io.opentelemetry.context.Context as OtelContext

/**
 * The other contexts and keys of a program, of many sizes and classes. Reading them before and during a measurement
 * keeps the compiler from assuming that the measured kind is the only one (profile pollution).
 */
abstract class Others<C : Any, K : Any> {
    private val keys by lazy { SIZES.map { size -> List(size, ::key) } }
    private val contexts by lazy { keys.mapIndexed(::context) }
    private var turn = 0
    private var seen: Any? = null

    /** Returns a new key; its class may depend on [number]. */
    protected abstract fun key(number: Int): K

    /** Returns a context that has all the [keys]. */
    protected abstract fun context(number: Int, keys: List<K>): C

    /** Reads [key] from [context], which may not have it. */
    protected abstract fun read(context: C, key: K): Any?

    /** Reads [key] while [context] is current. */
    protected open fun readIn(context: C, key: K): Any? = read(context, key)

    /** Reads a key from a context, others in each call. */
    fun read(): Any? {
        val at = turn++ and Int.MAX_VALUE
        return read(contexts[(at shr 1) % SIZES.size], key(at, at % SIZES.size))
    }

    /** Reads often enough to be compiled. */
    private fun warmUp() {
        repeat(TIMES) { seen = read() }
        repeat(TIMES) { seen = readIn(contexts[it % SIZES.size], key(it, it % SIZES.size)) }
    }

    private fun key(at: Int, size: Int): K = keys[size][at % keys[size].size]

    companion object {
        // Moderate sizes: a linear search through the largest must not be most of what is measured.
        private val SIZES = intArrayOf(1, 2, 3, 5, 7, 10, 12, 20, 33, 40, 64, 100)
        private const val TIMES = 400_000

        /** Creates and warms up the others of [impl], such as [GrpcOthers]. */
        @JvmStatic
        fun create(impl: String): Others<*, *> = implementation(Others::class.java, impl).apply { warmUp() }
    }
}

/** Variables are of one final class, and reading one has a loop of its own, with any other keys in the maps. */
internal class ContextvarsOthers : Others<Context, ContextVar<Any>>() {
    override fun key(number: Int) = ContextVar<Any>("other")
    override fun context(number: Int, keys: List<ContextVar<Any>>) =
        Context().apply { execute { keys.forEachIndexed { i, key -> key.set(i) } } }
    override fun read(context: Context, key: ContextVar<Any>): Any? = context.get(key)
    override fun readIn(context: Context, key: ContextVar<Any>): Any? = context.run<Any?> { key.get() }
}

/** Some of the contexts can be cancelled; gRPC's keys are all of one class. */
internal class GrpcOthers : Others<GrpcContext, GrpcContext.Key<Any>>() {
    override fun key(number: Int) = GrpcContext.key<Any>("other")
    override fun context(number: Int, keys: List<GrpcContext.Key<Any>>): GrpcContext {
        val root = if (number % 3 == 0) GrpcContext.ROOT.withCancellation() else GrpcContext.ROOT
        return keys.foldIndexed(root) { i, context, key -> context.withValue(key, i) }
    }

    override fun read(context: GrpcContext, key: GrpcContext.Key<Any>): Any? = key.get(context)
    override fun readIn(context: GrpcContext, key: GrpcContext.Key<Any>): Any? = context.call { key.get() }
}

/** The contexts are all of OpenTelemetry's own class: few programs have another implementation of its interface. */
internal class OpenTelemetryOthers : Others<OtelContext, ContextKey<Any>>() {
    private class One : ContextKey<Any>
    private class Two : ContextKey<Any>
    private class Three : ContextKey<Any>

    override fun key(number: Int): ContextKey<Any> = when (number % 4) {
        0 -> ContextKey.named("other")
        1 -> One()
        2 -> Two()
        else -> Three()
    }

    override fun context(number: Int, keys: List<ContextKey<Any>>): OtelContext =
        keys.foldIndexed(OtelContext.root()) { i, context, key -> context.with(key, i) }
    override fun read(context: OtelContext, key: ContextKey<Any>): Any? = context.get(key)
    override fun readIn(context: OtelContext, key: ContextKey<Any>): Any? =
        context.makeCurrent().use { OtelContext.current().get(key) }
}

internal class ThreadLocalOthers : Others<Unit, ThreadLocal<*>>() {
    override fun key(number: Int): ThreadLocal<*> = when (number % 4) {
        0 -> ThreadLocal<Any>()

        1 -> ThreadLocal.withInitial { number }

        2 -> InheritableThreadLocal<Any>()

        else -> object : ThreadLocal<Any>() {
            override fun initialValue() = this
        }
    }

    override fun context(number: Int, keys: List<ThreadLocal<*>>) {}

    override fun read(context: Unit, key: ThreadLocal<*>): Any? = key.get()
}
