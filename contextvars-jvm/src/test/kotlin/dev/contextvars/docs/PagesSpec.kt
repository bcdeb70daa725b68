// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.docs

import dev.contextvars.testing.Snippets
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import java.nio.file.Path
import kotlin.io.path.exists
import kotlin.io.path.listDirectoryEntries
import kotlin.io.path.readText

class PagesSpec : FunSpec({
    pages().forEach { page ->
        val name = Snippets.root.relativize(page)
        test("the code in $name is part of a compiled source") {
            Snippets.problems(page).shouldBeEmpty()
        }
        test("the links in $name refer to existing files") {
            localLinks(page).filterNot { page.resolveSibling(it).exists() }.shouldBeEmpty()
        }
    }

    test("CI runs the README's test command") {
        val command = "mvn clean verify"
        Snippets.root.resolve("README.md").readText() shouldContain "\n$command\n"
        Snippets.root
            .resolve(".ci/run")
            .readText()
            .replace("mvn -B -ntp ", "mvn ") shouldContain command
    }
})

private fun pages(): List<Path> {
    val root = Snippets.root
    val docs = root.resolve("docs")
    val folders = listOf(root, docs, docs.resolve("migrating"), docs.resolve("recipes")) +
        root.resolve("samples").listDirectoryEntries()
    return folders.flatMap { it.listDirectoryEntries("*.md") }.sorted()
}

private fun localLinks(page: Path): List<String> =
    Regex("""]\(([^)#\s]+)(#[^)\s]*)?\)""")
        .findAll(page.readText())
        .map { it.groupValues[1] }
        .filterNot { it.contains("://") }
        .toList()
