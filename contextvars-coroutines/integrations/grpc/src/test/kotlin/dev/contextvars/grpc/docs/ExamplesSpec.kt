// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.grpc.docs

import dev.contextvars.ContextVar
import dev.contextvars.grpc.Kind
import dev.contextvars.grpc.SERVICE
import dev.contextvars.testing.CodeBlock
import dev.contextvars.testing.Snippets
import io.grpc.CallOptions
import io.grpc.Channel
import io.grpc.ClientInterceptors
import io.grpc.Grpc
import io.grpc.InsecureChannelCredentials
import io.grpc.Metadata
import io.grpc.Server
import io.grpc.ServerServiceDefinition
import io.grpc.stub.ClientCalls
import io.grpc.stub.MetadataUtils
import io.grpc.stub.ServerCalls
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactlyInAnyOrder
import io.kotest.matchers.shouldBe
import java.util.concurrent.TimeUnit
import kotlin.io.path.listDirectoryEntries
import kotlin.io.path.readLines

private const val SOURCES = "contextvars-coroutines/integrations/grpc/src"

class ExamplesSpec : FunSpec({
    val servers = mapOf<String, Pair<ContextVar<String>, (ServerServiceDefinition, Int) -> Server>>(
        "Kotlin" to Pair(tenant, ::server),
        "Java" to Pair(JavaServer.TENANT, JavaServer::server),
    )
    // The header's values, and the tenant that the service reads.
    val headers = mapOf(
        listOf("acme") to "acme",
        listOf<String>() to "none",
        listOf("") to "none",
        listOf("ACME") to "none",
        listOf("acme\tor 1=1") to "none",
        listOf("a".repeat(32)) to "a".repeat(32),
        listOf("a".repeat(33)) to "none",
        listOf("a".repeat(5_000)) to "none",
        listOf("acme", "umbrella") to "umbrella",
        listOf("acme", "DROP TABLE") to "none",
    )

    servers.forEach { (language, server) ->
        test("the server in $language takes the tenant from the header only if it is valid") {
            val (variable, create) = server
            withChannelTo(create(answeringWith(variable), 0)) { channel ->
                headers.keys.associateWith { channel.ask(it) } shouldBe headers
            }
        }
    }

    test("every example in the documentation of a function is compiled, and every compiled one is shown") {
        Snippets.root
            .resolve("$SOURCES/main/kotlin/dev/contextvars/grpc")
            .listDirectoryEntries("*.kt")
            .flatMap { source ->
                CodeBlock.of(source.readLines().map { it.trimStart().removePrefix("*").removePrefix(" ") })
            }.map { it.text }
            .shouldContainExactlyInAnyOrder(
                Snippets.of("$SOURCES/test/kotlin/dev/contextvars/grpc/docs/KdocExamples.kt").map { it.text },
            )
    }
})

private fun answeringWith(variable: ContextVar<String>) = ServerServiceDefinition
    .builder(SERVICE)
    .addMethod(
        Kind.JAVA_UNARY.method,
        ServerCalls.asyncUnaryCall { _, responses ->
            responses.onNext(variable.get())
            responses.onCompleted()
        },
    ).build()

private fun withChannelTo(server: Server, use: (Channel) -> Unit) {
    server.start()
    val channel = Grpc
        .newChannelBuilder("127.0.0.1:${server.port}", InsecureChannelCredentials.create())
        .build()
    try {
        use(channel)
    } finally {
        channel.shutdownNow().awaitTermination(1, TimeUnit.MINUTES)
        server.shutdownNow().awaitTermination(1, TimeUnit.MINUTES)
    }
}

private fun Channel.ask(tenants: List<String>): String {
    val headers = Metadata()
    tenants.forEach { headers.put(tenantKey, it) }
    val intercepted = ClientInterceptors.intercept(this, MetadataUtils.newAttachHeadersInterceptor(headers))
    return ClientCalls.blockingUnaryCall(intercepted, Kind.JAVA_UNARY.method, CallOptions.DEFAULT, "")
}
