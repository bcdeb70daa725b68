// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.testing

import java.nio.file.Path
import kotlin.io.path.extension
import kotlin.io.path.readText
import kotlin.io.path.walk

/** The code in the Javadoc of Java sources. */
object JavadocExamples {
    private val example = Regex("""<pre>(?:\{@code)?\n(.*?)\n\s*\* }?</pre>""", RegexOption.DOT_MATCHES_ALL)
    private val margin = Regex("""^\s*\* ?""")

    /**
     * Returns the code of each `<pre>{@code …}</pre>` in the sources below a folder, and of each `<pre>`. Only in the
     * latter can code have annotations.
     */
    fun of(folder: Path): List<String> = folder
        .walk()
        .filter { it.extension == "java" }
        .flatMap { source -> example.findAll(source.readText()).map { code(it.groupValues[1]) } }
        .toList()

    private fun code(comment: String): String = comment
        .lines()
        .joinToString("\n") { it.replace(margin, "") }
        .trimIndent()
        .replace("{@literal @}", "@")
        .replace("&lt;", "<")
        .replace("&gt;", ">")
}
