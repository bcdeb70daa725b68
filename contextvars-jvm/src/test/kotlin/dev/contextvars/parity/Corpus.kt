// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.parity

import com.fasterxml.jackson.databind.JsonNode
import com.fasterxml.jackson.databind.ObjectMapper
import java.io.File
import java.io.InputStream
import java.util.zip.GZIPInputStream

/** A program. It must run on a new thread, which has no current context. */
internal class Program(val id: String, val operations: JsonNode)

/** Reads the programs of a file in the format contextvars-conformance/1, compressed or not. */
internal object Corpus {
    private const val FORMAT = "contextvars-conformance/1"
    private val json = ObjectMapper()

    fun forEachInResource(name: String, action: (Program) -> Unit) {
        val resource = checkNotNull(javaClass.getResourceAsStream("/conformance/$name")) { "no resource $name" }
        forEach(name, resource, action)
    }

    fun forEachInFile(path: String, action: (Program) -> Unit) = forEach(path, File(path).inputStream(), action)

    private fun forEach(name: String, stream: InputStream, action: (Program) -> Unit) {
        val text = if (name.endsWith(".gz")) GZIPInputStream(stream) else stream
        text.bufferedReader(Charsets.US_ASCII).use { lines ->
            val header = json.readTree(lines.readLine() ?: "{}")
            require(header.path("format").asText() == FORMAT) { "$name is not a file of the format $FORMAT" }
            lines.forEachLine { line ->
                val program = json.readTree(line)
                action(Program(program.required("id").asText(), program.required("ops")))
            }
        }
    }
}
