// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.testing

import java.io.InputStream
import java.net.InetAddress
import java.net.ServerSocket
import java.net.Socket
import java.net.SocketException
import java.util.concurrent.ConcurrentLinkedQueue
import kotlin.concurrent.thread

/**
 * Forwards connections to a server on this machine, and records the raw bytes that its clients send.
 *
 * The server's port is asked for at the first connection: it may start later, and know the port of this. Bytes are
 * recorded before they are forwarded: once a client has its response, its whole request is recorded.
 */
class WireTap(private val serverPort: () -> Int) : AutoCloseable {
    private val loopback = InetAddress.getLoopbackAddress()
    private val listener = ServerSocket(0, 100, loopback)
    private val sockets = ConcurrentLinkedQueue<Socket>()
    private val chunks = ConcurrentLinkedQueue<String>()

    constructor(serverPort: Int) : this({ serverPort })

    init {
        pump { while (true) connect(listener.accept()) }
    }

    /** The port for clients, in place of the server's. */
    val port: Int get() = listener.localPort

    /** All bytes that clients have sent so far, one character for each. */
    val sent: String get() = chunks.joinToString("")

    private fun connect(client: Socket) {
        val server = Socket(loopback, serverPort())
        sockets += listOf(client, server)
        pump { forward(client.getInputStream(), server) { chunks += it } }
        pump { forward(server.getInputStream(), client) { } }
    }

    private fun forward(from: InputStream, to: Socket, record: (String) -> Unit) {
        val buffer = ByteArray(8192)
        var length = from.read(buffer)
        while (length >= 0) {
            record(String(buffer, 0, length, Charsets.ISO_8859_1))
            to.getOutputStream().write(buffer, 0, length)
            length = from.read(buffer)
        }
        to.shutdownOutput()
    }

    private fun pump(body: () -> Unit) = thread(isDaemon = true, name = "wire-tap") {
        try {
            body()
        } catch (_: SocketException) {
            // Closed, by close() or by the other side.
        }
    }

    override fun close() {
        listener.close()
        sockets.forEach(Socket::close)
    }
}
