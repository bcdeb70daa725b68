// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.grpc

import dev.contextvars.testing.ThreadCells
import dev.contextvars.testing.pollUntil
import io.grpc.CallOptions
import io.grpc.Channel
import io.grpc.Status
import io.grpc.StatusException
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.shouldBe
import kotlinx.coroutines.flow.first
import java.util.concurrent.TimeUnit

/** Calls that do not end with a response. */
class EndingsSpec : FunSpec({
    beforeSpec { ServerLog.disable() }
    afterSpec { ServerLog.enable() }
    afterTest { ThreadCells.dirtyThreadsAfter().shouldBeEmpty() }

    val cancelledJava = mapOf("cancellation" to "set", "inner onCancel" to "set")
    val cancelledKotlin = mapOf("cancellation" to "set", "inner onCancel" to "own", "inner close" to "set")

    /** Runs the block, which returns the name of a cancelled call, and returns what is read at the cancellation. */
    suspend fun readsOfCancelled(kind: Kind, cancel: suspend (Channel, Journal) -> String): Map<String, String> {
        val journal = Journal()
        return serve(service(journal, Ending.CANCELLATION), { recorded(journal) }) { channel ->
            val call = cancel(channel, journal)
            val expected = if (kind.isKotlin) cancelledKotlin.keys else cancelledJava.keys
            pollUntil { journal.of(call).keys.containsAll(expected) }
            journal.of(call).filterKeys { it in cancelledKotlin }
        }
    }

    listOf(Kind.JAVA_UNARY to cancelledJava, Kind.KOTLIN_UNARY to cancelledKotlin).forEach { (kind, expected) ->
        test("at a deadline, handlers and finally blocks read the call's values, in $kind") {
            readsOfCancelled(kind) { channel, journal ->
                // Until the call reaches the service in time.
                generateSequence(100L) { it * 2 }.map { "$it" }.first { deadline ->
                    val options = CallOptions.DEFAULT.withDeadlineAfter(deadline.toLong(), TimeUnit.MILLISECONDS)
                    shouldThrow<StatusException> { kind.send(channel, deadline, options) }
                        .status.code shouldBe Status.Code.DEADLINE_EXCEEDED
                    "service" in journal.of(deadline)
                }
            } shouldBe expected
        }
    }

    listOf(Kind.JAVA_STREAM to cancelledJava, Kind.KOTLIN_STREAM to cancelledKotlin).forEach { (kind, expected) ->
        test("when the client cancels a stream, handlers and finally blocks read the call's values, in $kind") {
            readsOfCancelled(kind) { channel, _ -> kind.stream(channel, "call").first() } shouldBe expected
        }

        test("an error status is sent in the context of the service, in $kind") {
            val journal = Journal()
            serve(service(journal, Ending.ERROR), { recorded(journal) }) { channel ->
                shouldThrow<StatusException> { kind.send(channel, "call") }.status.code shouldBe
                    Status.Code.PERMISSION_DENIED
            }
            journal.of("call")["inner close"] shouldBe "set"
        }

        test("after an exception of the service, the thread is as before, in $kind") {
            val journal = Journal()
            serve(service(journal, Ending.EXCEPTION), { recorded(journal) }) { channel ->
                shouldThrow<StatusException> { kind.send(channel, "call") }.status.code shouldBe Status.Code.UNKNOWN
                ThreadCells.dirtyThreadsAfter().shouldBeEmpty()
            }
            journal.of("call")["service"] shouldBe "own"
        }
    }
})
