// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.grpc

import dev.contextvars.testing.ThreadCells
import io.grpc.Status
import io.grpc.StatusException
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.shouldBe
import java.util.concurrent.Executors

/** The table in docs/grpc.md: what each place of a call reads. */
class CallsSpec : FunSpec({
    afterTest { ThreadCells.dirtyThreadsAfter().shouldBeEmpty() }

    Threads.entries.forEach { threads ->
        test("each place of a call reads the call's values, on $threads").config(enabled = threads.isAvailable) {
            val journal = threads.record(Kind.entries.size) { channel ->
                Kind.entries.forEach { it.send(channel, it.name) }
            }
            Kind.entries.associateWith { journal.of(it.name) } shouldBe Kind.entries.associateWith { it.reads }
        }
    }

    /** Returns what the service reads in the second of two calls on one thread. */
    suspend fun readBySecondCall(kind: Kind, isContextPerCall: Boolean): String? {
        val journal = Journal()
        Executors.newSingleThreadExecutor().useUntilShutdown { executor ->
            serve(service(journal), {
                executor(executor)
                if (isContextPerCall) contextPerCall()
            }) { channel ->
                kind.send(channel, "first")
                kind.send(channel, "second")
            }
        }
        return journal.of("second")["service"]
    }

    test("a call reads nothing of the call before it") {
        Kind.entries.associateWith { readBySecondCall(it, isContextPerCall = true) } shouldBe
            Kind.entries.associateWith { DEFAULT }
    }

    // The control: the tests above are able to fail.
    test("without contextPerCall a service of grpc-java reads what the call before has set") {
        readBySecondCall(Kind.JAVA_UNARY, isContextPerCall = false) shouldBe setBy("first")
    }

    test("without contextPerCall a service of grpc-kotlin cannot set") {
        shouldThrow<StatusException> { readBySecondCall(Kind.KOTLIN_UNARY, isContextPerCall = false) }
            .status.code shouldBe Status.Code.UNKNOWN
    }
})
