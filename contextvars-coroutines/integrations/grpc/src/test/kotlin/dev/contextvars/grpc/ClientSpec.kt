// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.grpc

import dev.contextvars.Context
import dev.contextvars.coroutines.withContext
import dev.contextvars.testing.ThreadCells
import io.grpc.CallOptions
import io.grpc.Channel
import io.grpc.ClientCall
import io.grpc.ClientInterceptor
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall
import io.grpc.ForwardingClientCallListener.SimpleForwardingClientCallListener
import io.grpc.Metadata
import io.grpc.MethodDescriptor
import io.grpc.Status
import io.grpc.stub.ClientCalls
import io.grpc.stub.StreamObserver
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.maps.shouldContainAll
import io.kotest.matchers.shouldBe
import java.util.concurrent.CountDownLatch
import java.util.concurrent.Executors
import java.util.concurrent.TimeUnit

private const val CALL = "call"

/** What callbacks and interceptors of a client read. */
class ClientSpec : FunSpec({
    afterTest { ThreadCells.dirtyThreadsAfter().shouldBeEmpty() }

    /** Sends a call with callbacks in a context with the call's name, and returns what each place reads. */
    suspend fun readsOfCallbacks(
        vararg interceptors: (Journal) -> ClientInterceptor,
        set: Boolean,
    ): Map<String, String> {
        val journal = Journal()
        serve(service(Journal()), { contextPerCall() }, {
            interceptors.forEach { intercept(it(journal)) }
        }) { channel ->
            val caller = Context().with(name, CALL)
            val observer = Callbacks(journal, set)
            caller.execute {
                val requests = ClientCalls.asyncBidiStreamingCall(
                    channel.newCall(Kind.JAVA_BIDI.method, CallOptions.DEFAULT),
                    observer,
                )
                name.set("set by the caller after the start")
                requests.onNext(CALL)
                requests.onNext(CALL)
                requests.onCompleted()
            }
            observer.await()
            caller[name] shouldBe "set by the caller after the start"
        }
        return journal.of(CALL)
    }

    test("callbacks run in one copy of the caller's context, and those of interceptors added later, too") {
        readsOfCallbacks(
            { ClientRecorder(it, "earlier") },
            { ContextVarsClientInterceptor() },
            { ClientRecorder(it, "later") },
            set = true,
        ) shouldBe mapOf(
            "callback" to "own, set",
            "completion" to "set",
            "later start" to "own",
            "later onReady" to "own",
            "later onHeaders" to "own",
            "later onMessage" to "own, set",
            "later onClose" to "set",
            "earlier start" to "own",
            "earlier onReady" to DEFAULT,
            "earlier onHeaders" to DEFAULT,
            "earlier onMessage" to DEFAULT,
            "earlier onClose" to DEFAULT,
        )
    }

    // The control.
    test("without the interceptor callbacks read defaults") {
        readsOfCallbacks({ ClientRecorder(it, "an interceptor's") }, set = false) shouldBe mapOf(
            "callback" to DEFAULT,
            "completion" to DEFAULT,
            "an interceptor's start" to "own",
            "an interceptor's onReady" to DEFAULT,
            "an interceptor's onHeaders" to DEFAULT,
            "an interceptor's onMessage" to DEFAULT,
            "an interceptor's onClose" to DEFAULT,
        )
    }

    listOf(true to DEFAULT, false to setBy(CALL)).forEach { (isIntercepted, expected) ->
        val title = if (isIntercepted) "with the interceptor nothing" else "without the interceptor a value"
        test("$title that a callback sets stays on the thread") {
            val executor = Executors.newSingleThreadExecutor()
            serve(service(Journal()), { contextPerCall() }, {
                executor(executor)
                if (isIntercepted) intercept(ContextVarsClientInterceptor())
            }) { channel ->
                val observer = Callbacks(Journal(), set = true)
                ClientCalls.asyncUnaryCall(channel.newCall(Kind.JAVA_UNARY.method, CallOptions.DEFAULT), CALL, observer)
                observer.await()
                executor.submit<String> { name.get() }.get() shouldBe expected
            }
            executor.shutdown()
        }
    }

    Kind.entries.forEach { kind ->
        test("stubs of grpc-kotlin need no interceptor, with a service of $kind") {
            val journal = Journal()
            serve(
                service(Journal()),
                { contextPerCall() },
                { intercept(ClientRecorder(journal, "an interceptor's")) },
            ) {
                withContext(Context()) {
                    name.set(CALL)
                    kind.send(it, CALL)
                    name.get() shouldBe CALL
                }
            }
            journal.of(CALL) shouldContainAll mapOf("an interceptor's start" to "own")
        }
    }
})

/** Reads the variable in each callback of a stub. */
private class Callbacks(private val journal: Journal, private val set: Boolean) : StreamObserver<String> {
    private val end = CountDownLatch(1)

    override fun onNext(response: String) {
        journal.read(CALL, "callback")
        if (set) name.set(setBy(CALL))
    }

    override fun onError(failure: Throwable) {
        journal.read(CALL, "$failure")
        end.countDown()
    }

    override fun onCompleted() {
        journal.read(CALL, "completion")
        end.countDown()
    }

    fun await() = check(end.await(1, TimeUnit.MINUTES)) { "the call does not end" }
}

/** Reads the variable wherever gRPC calls an interceptor of the client. */
private class ClientRecorder(private val journal: Journal, private val side: String) : ClientInterceptor {
    override fun <Q, R> interceptCall(
        method: MethodDescriptor<Q, R>,
        options: CallOptions,
        next: Channel,
    ): ClientCall<Q, R> = object : SimpleForwardingClientCall<Q, R>(next.newCall(method, options)) {
        override fun start(listener: Listener<R>, headers: Metadata) {
            read("start")
            super.start(Recorded(listener), headers)
        }
    }

    private fun read(place: String) = journal.read(CALL, "$side $place")

    private inner class Recorded<R>(listener: ClientCall.Listener<R>) : SimpleForwardingClientCallListener<R>(
        listener,
    ) {
        override fun onHeaders(headers: Metadata) {
            read("onHeaders")
            super.onHeaders(headers)
        }

        override fun onMessage(message: R) {
            read("onMessage")
            super.onMessage(message)
        }

        override fun onClose(status: Status, trailers: Metadata) {
            read("onClose")
            super.onClose(status, trailers)
        }

        override fun onReady() {
            read("onReady")
            super.onReady()
        }
    }
}
