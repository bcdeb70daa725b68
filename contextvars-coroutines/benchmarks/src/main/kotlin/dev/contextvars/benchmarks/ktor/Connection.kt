// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.benchmarks.ktor

import java.net.InetAddress
import java.net.Socket

/**
 * A connection that is kept alive, for one request after another.
 *
 * It knows just as much HTTP as this service needs: the CPU that a client takes, on a machine of few cores, the server
 * lacks.
 */
internal class Connection(
    port: Int,
    private val number: Int,
) : AutoCloseable {
    private val socket = Socket(InetAddress.getLoopbackAddress(), port).apply {
        tcpNoDelay = true
        soTimeout = 10_000
    }
    private val input = socket.getInputStream()
    private val output = socket.getOutputStream()
    private val buffer = ByteArray(4_096)
    private var requests = 0

    /** Sends a request with values of its own, and checks that the answer has these. */
    fun exchange() {
        val tenant = "tenant$number"
        val requestId = "request${requests++}"
        val request = "GET / HTTP/1.1\r\nHost: localhost\r\n$TENANT: $tenant\r\n$REQUEST_ID: $requestId\r\n\r\n"
        output.write(request.toByteArray())
        val expected = "$tenant $requestId"
        val response = response()
        check(response.startsWith("HTTP/1.1 200 ") && response.endsWith("\r\n\r\n$expected")) {
            "no answer to $expected: $response"
        }
    }

    private fun response(): String {
        var length = 0
        while (true) {
            val read = input.read(buffer, length, buffer.size - length)
            check(read > 0) { "the connection has ended, or the answer is too long" }
            length += read
            val text = String(buffer, 0, length, Charsets.ISO_8859_1)
            val head = text.indexOf("\r\n\r\n")
            if (head >= 0 && length >= head + 4 + contentLength(text.substring(0, head))) return text
        }
    }

    private fun contentLength(head: String): Int {
        val header = head.lineSequence().find { it.startsWith("content-length:", ignoreCase = true) }
        return checkNotNull(header) { head }.substringAfter(':').trim().toInt()
    }

    override fun close() = socket.close()
}
