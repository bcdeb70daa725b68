// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.benchmarks.peers

import java.lang.invoke.MethodHandle
import java.lang.invoke.MethodHandles.publicLookup
import java.lang.invoke.MethodType.methodType
import java.util.concurrent.Executor
import java.util.concurrent.ThreadFactory

// What JDK 25 has, and JDK 17, for which this is compiled, has not. Method handles in constants are compiled as the
// calls that they stand for, plus a check of the receiver's class.

private val ANY = Any::class.java
private val KEY = type("lang.ScopedValue")
private val CARRIER = type("lang.ScopedValue\$Carrier")
private val NEW = generic(publicLookup().findStatic(KEY, "newInstance", methodType(KEY)))
private val GET = generic(publicLookup().findVirtual(KEY, "get", methodType(ANY)))
private val OR_ELSE = generic(publicLookup().findVirtual(KEY, "orElse", methodType(ANY, ANY)))
private val WHERE = generic(publicLookup().findStatic(KEY, "where", methodType(CARRIER, KEY, ANY)))
private val AND_WHERE = generic(publicLookup().findVirtual(CARRIER, "where", methodType(CARRIER, KEY, ANY)))
private val RUN = statement(publicLookup().findVirtual(CARRIER, "run", methodType(Void.TYPE, Runnable::class.java)))

private val SCOPE = type("util.concurrent.StructuredTaskScope") // a preview in JDK 25
private val SUBTASK = type("util.concurrent.StructuredTaskScope\$Subtask")
private val OPEN = generic(publicLookup().findStatic(SCOPE, "open", methodType(SCOPE)))
private val FORK = statement(publicLookup().findVirtual(SCOPE, "fork", methodType(SUBTASK, Runnable::class.java)))
private val JOIN = statement(publicLookup().findVirtual(SCOPE, "join", methodType(ANY)))
private val CLOSE = statement(publicLookup().findVirtual(SCOPE, "close", methodType(Void.TYPE)))

private fun type(name: String) = Class.forName("java.$name")

private fun generic(handle: MethodHandle) = handle.asType(handle.type().generic())

// Kotlin compiles a call whose result is not used as one that returns void.
private fun statement(handle: MethodHandle) = handle.asType(handle.type().generic().changeReturnType(Void.TYPE))

/** The JDK since 25: n scoped values, bound while [within] runs. */
internal class ScopedValuePeer(n: Int) : Peer(n) {
    private val all = Array<Any?>(n) { NEW.invokeExact() }
    private val last = all[n - 1]
    private val absent = NEW.invokeExact()
    private val bindings = all.foldIndexed(null as Any?) { i, bindings, key ->
        if (bindings == null) WHERE.invokeExact(key, i as Any?) else AND_WHERE.invokeExact(bindings, key, i as Any?)
    }

    override fun within(loop: Runnable) {
        RUN.invokeExact(bindings, loop as Any?)
    }

    override fun get(): Any? = GET.invokeExact(last)
    override fun getNext(): Any? = GET.invokeExact(all[next()])
    override fun getAbsent(): Any? = OR_ELSE.invokeExact(absent, DEFAULT as Any?)

    /** Binds one value: the others are inherited in any case. */
    override fun run(body: Body): Any? {
        RUN.invokeExact(WHERE.invokeExact(last, other as Any?), body as Any?)
        return body
    }

    /** Forks in a structured scope, as only its forks inherit scoped values. */
    override fun start(task: Runnable) {
        val scope: Any? = OPEN.invokeExact()
        try {
            FORK.invokeExact(scope, task as Any?)
            JOIN.invokeExact(scope)
        } finally {
            CLOSE.invokeExact(scope)
        }
    }
}

/** Threads and executors without any values. */
internal class NonePeer(n: Int) : Peer(n) {
    private val threads by lazy { virtualThreads(inherit = false) }

    override fun get(): Any? = this
    override fun executor(executor: Executor) = executor
    override fun start(task: Runnable) = threads.startAndJoin(task)
}

/** Creates virtual threads that inherit inheritable thread-locals, or not. */
internal fun virtualThreads(inherit: Boolean): ThreadFactory {
    val builder = Thread::class.java.getMethod("ofVirtual").invoke(null)
    val type = type("lang.Thread\$Builder")
    type.getMethod("inheritInheritableThreadLocals", Boolean::class.java).invoke(builder, inherit)
    return type.getMethod("factory").invoke(builder) as ThreadFactory
}

internal fun ThreadFactory.startAndJoin(task: Runnable) = newThread(task).run {
    start()
    join()
}
