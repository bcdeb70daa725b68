// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.grpc

import dev.contextvars.Context
import dev.contextvars.testing.ChildJvm
import dev.contextvars.testing.ThreadCells
import io.grpc.Status
import io.grpc.StatusException
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.maps.shouldContainAll
import io.kotest.matchers.shouldBe
import java.io.File

class ContextPerCallSpec : FunSpec({
    beforeSpec { ServerLog.disable() }
    afterSpec { ServerLog.enable() }
    afterTest { ThreadCells.dirtyThreadsAfter().shouldBeEmpty() }

    test("each call has a copy of the base context, with its values at that moment") {
        val base = Context()
        val journal = Journal()
        serve(service(journal), { contextPerCall(base) }) { channel ->
            listOf("first", "second").forEach { value ->
                base.execute { name.set(value) }
                Kind.entries.forEach { it.send(channel, "$it $value") }
                base[name] shouldBe value
            }
        }
        listOf("first", "second").forEach { value ->
            Kind.entries.map { journal.of("$it $value")["service"] }.distinct() shouldBe listOf(value)
        }
    }

    test("a call whose initial block throws has the status of the exception") {
        val journal = Journal()
        val rejects = { throw Status.UNAUTHENTICATED.asRuntimeException() }
        serve(service(journal), {
            contextPerCall {
                name.set("rejected")
                rejects()
            }
        }) { channel ->
            Kind.entries.forEach { kind ->
                shouldThrow<StatusException> { kind.send(channel, "call") }.status.code shouldBe
                    Status.Code.UNAUTHENTICATED
            }
            ThreadCells.dirtyThreadsAfter().shouldBeEmpty()
        }
        journal.of("call") shouldBe emptyMap()
    }

    test("without the server interceptor a coroutine has a new context") {
        val journal = Journal()
        serve(service(journal), { intercept(ContextVarsCoroutineInterceptor()) }) { channel ->
            listOf("first", "second").forEach { call ->
                Kind.KOTLIN_UNARY.send(channel, call)
                journal.of(call) shouldBe mapOf("service" to DEFAULT, "service later" to "set")
            }
        }
    }

    test("contextPerCall works without grpc-kotlin on the class path") {
        val withoutGrpcKotlin = ChildJvm.ownClassPath.split(File.pathSeparator).filterNot { "grpc-kotlin-stub" in it }
        ChildJvm.run(
            "dev.contextvars.grpc.WithoutGrpcKotlin",
            classPath = withoutGrpcKotlin.joinToString(File.pathSeparator),
        ) shouldContainAll mapOf("grpc-kotlin" to "absent", "tenant" to "acme")
    }
})
