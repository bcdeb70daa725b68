// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.grpc

import dev.contextvars.testing.ThreadCells
import dev.contextvars.testing.pollUntil
import io.grpc.Channel
import io.grpc.ServerServiceDefinition
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder
import io.kotest.matchers.collections.shouldBeEmpty
import java.net.InetAddress
import java.net.InetSocketAddress
import java.util.concurrent.ExecutorService
import java.util.concurrent.Executors
import java.util.concurrent.TimeUnit
import java.util.logging.Level
import java.util.logging.Logger

/** Gives each call a Context with its name, and records what interceptors on both sides read. */
internal fun NettyServerBuilder.recorded(journal: Journal): NettyServerBuilder =
    intercept(Recorder(journal, Recorder.INNER))
        .contextPerCall { headers -> headers[NAME]?.let(name::set) }
        .intercept(Recorder(journal, Recorder.OUTER))

/** Runs a server with the service on the loopback address, and the block with a channel to it. */
internal suspend fun <T> serve(
    service: ServerServiceDefinition,
    configure: NettyServerBuilder.() -> Unit,
    configureClient: NettyChannelBuilder.() -> Unit = {},
    use: suspend (Channel) -> T,
): T {
    val loopback = InetAddress.getLoopbackAddress()
    val server = NettyServerBuilder
        .forAddress(InetSocketAddress(loopback, 0))
        .addService(service)
        .apply(configure)
        .build()
        .start()
    val channel = NettyChannelBuilder
        .forAddress(InetSocketAddress(loopback, server.port))
        .usePlaintext()
        .apply(configureClient)
        .build()
    try {
        return use(channel)
    } finally {
        channel.shutdownNow()
        server.shutdownNow()
        check(channel.awaitTermination(1, TimeUnit.MINUTES)) { "the channel does not terminate" }
        check(server.awaitTermination(1, TimeUnit.MINUTES)) { "the server does not terminate" }
    }
}

/** The executors of gRPC that the specs run on: its own pool, the threads of Netty, and virtual threads. */
internal enum class Threads(val isAvailable: Boolean = true) {
    POOL,
    DIRECT,
    VIRTUAL(isAvailable = Runtime.version().feature() >= 21),
    ;

    /** Sends calls to a server on these threads until this number of calls has ended, and returns what they read. */
    suspend fun record(count: Int, send: suspend (Channel) -> Unit): Journal {
        val journal = Journal()
        use { onThreads ->
            serve(service(journal), {
                onThreads()
                recorded(journal)
            }) { channel ->
                send(channel)
                pollUntil { journal.ended.get() == count }
                ThreadCells.dirtyThreadsAfter().shouldBeEmpty()
            }
        }
        return journal
    }

    private suspend fun use(block: suspend (configure: NettyServerBuilder.() -> Unit) -> Unit) = when (this) {
        POOL -> block { }
        DIRECT -> block { directExecutor() }
        VIRTUAL -> newVirtualThreads().useUntilShutdown { executor -> block { executor(executor) } }
    }
}

/** Runs the block with the executor, and then shuts it down. ExecutorService is not AutoCloseable in JDK 17. */
internal suspend fun ExecutorService.useUntilShutdown(block: suspend (ExecutorService) -> Unit) = try {
    block(this)
} finally {
    shutdown()
}

/** Keeps gRPC from logging the exceptions that the tests expect. A field, because loggers are weakly reachable. */
internal object ServerLog {
    private val logger = Logger.getLogger("io.grpc.internal")

    fun disable() {
        logger.level = Level.OFF
    }

    fun enable() {
        logger.level = null
    }
}

private fun newVirtualThreads() =
    Executors::class.java.getMethod("newVirtualThreadPerTaskExecutor").invoke(null) as ExecutorService
