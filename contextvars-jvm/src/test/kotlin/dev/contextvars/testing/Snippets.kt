// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.testing

import java.nio.file.Path
import kotlin.io.path.exists
import kotlin.io.path.readLines

/**
 * Code in Markdown pages that is a copy of a part of a test source, so that it compiles and runs.
 *
 * A comment above the code names the source and the part. In the source, two comments enclose the part:
 *
 * ```
 * <!-- snippet: contextvars-jvm/src/test/java/dev/contextvars/docs/Greeter.java#greeter -->
 *
 * // snippet: greeter
 * System.out.println("Hello, " + USER.get()); // prints Hello, alice
 * // end: greeter
 * ```
 *
 * The spec of the source runs the part and compares the output ([Output]) with the comments ([Snippet.prints]).
 * [problems] compares the page with the source.
 */
object Snippets {
    /** The root folder of the project. */
    val root: Path = Path.of(checkNotNull(System.getProperty("project.root")) { "Surefire sets project.root" })

    private val languages = setOf("java", "kotlin", "python")
    private val marker = Regex("""<!-- snippet: (\S+)#(\S+) -->""")
    private val start = Regex("""\s*(?://|#) snippet: (\S+)""")

    /** Returns the parts of a source that pages can contain. */
    fun of(source: String): List<Snippet> {
        val lines = root.resolve(source).readLines()
        return lines.indices.mapNotNull { at ->
            start.matchEntire(lines[at])?.let { Snippet(it.groupValues[1], body(lines, at, it.groupValues[1])) }
        }
    }

    /** Returns the Java, Kotlin and Python blocks of a page that are not a part of a source. */
    fun problems(page: Path): List<String> {
        val lines = page.readLines()
        return CodeBlock.of(lines).filter { it.language in languages }.mapNotNull { block ->
            problem(
                block,
                lines.getOrElse(block.line - 2) { "" },
            )?.let { "${root.relativize(page)}:${block.line}: $it" }
        }
    }

    private fun problem(block: CodeBlock, above: String): String? {
        val (source, name) = marker.matchEntire(above)?.destructured
            ?: return "there is no <!-- snippet: path#name --> on the line above"
        if (!Regex(
                """(.+/)?src/(main|test)/(java|kotlin|kotlin25|python)/.+""",
            ).matches(source)
        ) {
            return "$source is not compiled"
        }
        if (!root.resolve(source).exists()) return "$source does not exist"
        val snippet = of(source).find { it.name == name } ?: return "$source has no snippet '$name'"
        return if (snippet.text == block.text) null else "differs from $source#$name, which is\n${snippet.text}"
    }

    private fun body(lines: List<String>, start: Int, name: String): String {
        val length = lines.drop(start + 1).indexOfFirst { it.trim() in setOf("// end: $name", "# end: $name") }
        check(length >= 0) { "there is no '// end: $name'" }
        return lines.subList(start + 1, start + 1 + length).joinToString("\n").trimIndent()
    }
}

/** A part of a source that pages can contain. */
class Snippet(val name: String, val text: String) {
    /** The lines that it must print according to its comments. */
    val prints: List<String> =
        text.lines().mapNotNull { line -> Regex("""(?://|#) prints (.+)""").find(line)?.groupValues?.get(1) }
}

/** A fenced block of a Markdown page, with the number of its first line. */
class CodeBlock(val line: Int, val language: String, val text: String) {
    companion object {
        private const val FENCE = "```"

        fun of(page: List<String>): List<CodeBlock> {
            val fences = page.indices.filter { page[it].startsWith(FENCE) }
            check(fences.size % 2 == 0) { "a block is not closed" }
            return fences.chunked(2) { (open, close) ->
                CodeBlock(open + 1, page[open].removePrefix(FENCE), page.subList(open + 1, close).joinToString("\n"))
            }
        }
    }
}
