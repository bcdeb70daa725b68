// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.benchmarks.peers

import java.util.concurrent.Callable
import java.util.concurrent.Executor
import java.util.function.Supplier

/**
 * One implementation of context-local values. It binds n keys to the numbers from 0, on the thread that creates it.
 * Operations that it does not have throw; the parameter `impl` of a benchmark lists the implementations that have them.
 *
 * JMH forks a JVM for each value of `impl`. [create] finds the class by its name, so that such a JVM loads only that
 * subclass: every call of a method here has a single target, as if there were no superclass.
 */
abstract class Peer(private val n: Int) : AutoCloseable {
    /** A value that no key is bound to initially. */
    protected val other: Any = Any()
    private var at = n - 1

    /** Runs [loop] where the keys are bound: not every implementation can bind them beyond a method's end. */
    open fun within(loop: Runnable): Unit = loop.run()

    /** Reads the key that was bound last. */
    open fun get(): Any? = throw UnsupportedOperationException()

    /** Reads the next key in turn. */
    open fun getNext(): Any? = throw UnsupportedOperationException()

    /** Reads a key that is not bound and has the default [DEFAULT]. */
    open fun getAbsent(): Any? = throw UnsupportedOperationException()

    /** Binds the last key to [value]. The result only keeps the compiler from removing the operation. */
    open fun set(value: Any): Any? = throw UnsupportedOperationException()

    /** Binds the last key to another value, then restores the previous one. */
    open fun setReset(): Unit = throw UnsupportedOperationException()

    /** Captures the current values. */
    open fun capture(): Any? = throw UnsupportedOperationException()

    /** Runs [body] with values captured when this object was created. */
    open fun run(body: Body): Any? = throw UnsupportedOperationException()

    /** Captures the current values, installs them, runs [body], and restores the previous ones. */
    open fun hop(body: Body): Any? = throw UnsupportedOperationException()

    /** Returns an executor that passes tasks to [executor], which run with the values of their submission. */
    open fun executor(executor: Executor): Executor = throw UnsupportedOperationException()

    /** Runs [task] on a new virtual thread that inherits the values, and waits for its end. */
    open fun start(task: Runnable): Unit = throw UnsupportedOperationException()

    /** Unbinds the keys; called by the thread that created this object. */
    override fun close() {}

    /** Returns 0 to n - 1 in turn. */
    protected fun next(): Int {
        val next = if (at + 1 == n) 0 else at + 1
        at = next
        return next
    }

    companion object {
        const val DEFAULT: String = "default"

        /** Creates the peer called [impl], such as `grpc` for [GrpcPeer], with [n] keys bound on this thread. */
        @JvmStatic
        fun create(impl: String, n: Int): Peer = implementation(Peer::class.java, impl, n)
    }
}

/** Creates the subclass of [base] for [impl], such as `GrpcPeer` for `grpc`. */
internal fun <T : Any> implementation(base: Class<T>, impl: String, vararg arguments: Any): T {
    val name = "${base.packageName}.${impl.replaceFirstChar { it.uppercaseChar() }}${base.simpleName}"
    val constructor = Class.forName(name).constructors.single { it.parameterCount == arguments.size }
    return base.cast(constructor.newInstance(*arguments))
}

/** A body that does nothing, in all the types that implementations take. */
class Body :
    Supplier<Any>,
    Callable<Any>,
    Runnable {
    override fun get(): Any = this
    override fun call(): Any = this
    override fun run() {}
}

internal inline fun Body.runThen(restore: () -> Unit): Any? {
    try {
        return get()
    } finally {
        restore()
    }
}
