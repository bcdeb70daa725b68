// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.grpc

import io.grpc.Metadata
import io.grpc.internal.ServerImpl
import io.grpc.kotlin.CoroutineContextServerInterceptor
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder
import io.grpc.stub.StreamObserver
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import java.io.File

class VersionsSpec : FunSpec({
    test("the specs run with the versions that the build names") {
        val grpc = System.getProperty("grpc.expected.version")
        jar(Metadata::class.java) shouldBe "grpc-api-$grpc.jar"
        jar(ServerImpl::class.java) shouldBe "grpc-core-$grpc.jar"
        jar(StreamObserver::class.java) shouldBe "grpc-stub-$grpc.jar"
        jar(NettyServerBuilder::class.java) shouldBe "grpc-netty-shaded-$grpc.jar"
        jar(CoroutineContextServerInterceptor::class.java) shouldBe
            "grpc-kotlin-stub-${System.getProperty("grpc.kotlin.expected.version")}.jar"
    }
})

private fun jar(type: Class<*>): String = File(
    type.protectionDomain.codeSource.location
        .toURI(),
).name
