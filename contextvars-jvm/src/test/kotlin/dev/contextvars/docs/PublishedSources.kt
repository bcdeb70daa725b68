// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.docs

import dev.contextvars.testing.Snippets
import java.nio.file.Path
import kotlin.io.path.extension
import kotlin.io.path.name
import kotlin.io.path.readLines
import kotlin.io.path.walk

/**
 * The sources of the published modules, and the texts of the exceptions in them.
 *
 * A text is the first argument of a constructor, as written: string literals, and `x` for each other part. An argument
 * without a literal has no text here.
 */
object PublishedSources {
    /** A text, and the file that has it. */
    class Message(val file: Path, val text: String) {
        override fun toString() = "$file: $text"
    }

    private val creation = Regex("""\b(?:\w+(?:Exception|Error)|super)\(""")
    private val literal = Regex(""""((?:[^"\\]|\\.)*)"""")
    private val template = Regex("""\$\{[^}]*}|\$\w+""")
    private val unpublished = setOf(".ci", "benchmarks", "stress", "samples", "target", "node_modules", "test")

    /** Returns the texts of all exceptions. */
    fun messages(): List<Message> = files().flatMap(::of).toList()

    /** Returns the sources of the published modules, relative to the root. */
    fun files(): Sequence<Path> = Snippets.root
        .walk()
        .filter { it.extension == "java" || it.extension == "kt" }
        .map { Snippets.root.relativize(it) }
        .filter { file -> "main" in file.map { it.name } && file.none { it.name in unpublished } }

    private fun of(file: Path): List<Message> {
        val code = Snippets.root
            .resolve(file)
            .readLines()
            .filterNot { it.trim().startsWith("*") }
            .joinToString("\n")
        return creation
            .findAll(code)
            .filter { it.value != "super(" || file.name.endsWith("Exception.java") }
            .mapNotNull { text(firstArgument(code, it.range.last + 1)) }
            .map { Message(file, it) }
            .toList()
    }

    /** Returns the code up to the comma or parenthesis that ends the argument. */
    private fun firstArgument(code: String, start: Int): String {
        var depth = 0
        var at = start
        while (true) {
            when (code[at]) {
                '"' -> at = checkNotNull(literal.matchAt(code, at)) { "not closed" }.range.last
                '(' -> depth++
                ')' -> if (depth-- == 0) break
                ',' -> if (depth == 0) break
            }
            at++
        }
        return code.substring(start, at)
    }

    private fun text(argument: String): String? {
        if (!literal.containsMatchIn(argument)) return null
        val text = StringBuilder()
        var end = 0

        fun other(part: String) {
            if (part.any { it != '+' && !it.isWhitespace() }) text.append('x')
        }
        for (match in literal.findAll(argument)) {
            other(argument.substring(end, match.range.first))
            text.append(match.groupValues[1].replace(template, "x"))
            end = match.range.last + 1
        }
        other(argument.substring(end))
        return text.toString()
    }
}
