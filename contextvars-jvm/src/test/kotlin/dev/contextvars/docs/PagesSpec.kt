// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.docs

import dev.contextvars.testing.Snippets
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldNotBeEmpty
import io.kotest.matchers.string.shouldContain
import java.nio.file.Path
import kotlin.io.path.exists
import kotlin.io.path.extension
import kotlin.io.path.isDirectory
import kotlin.io.path.listDirectoryEntries
import kotlin.io.path.name
import kotlin.io.path.readLines
import kotlin.io.path.readText
import kotlin.io.path.walk

class PagesSpec : FunSpec({
    pages().forEach { page ->
        val name = Snippets.root.relativize(page)
        test("the code in $name is part of a compiled source") {
            Snippets.problems(page).shouldBeEmpty()
        }
        test("the links in $name refer to existing files and headings") {
            localLinks(page).filterNot { it.leadsFrom(page) }.shouldBeEmpty()
        }
    }

    test("docs/README.md, or the index of a folder, lists every page of docs") {
        val docs = Snippets.root.resolve("docs")
        val listed = listedIn(docs.resolve("README.md"))
        val indexes = listed.filter { it.startsWith(docs) && it.name == "README.md" }
        val all = listed + indexes.flatMap(::listedIn) + listOf("README.md", "index.md", "api.md").map(docs::resolve)
        (pages().filter { it.startsWith(docs) } - all.toSet()).shouldBeEmpty()
    }

    test("the home page includes existing regions of other pages") {
        val included = Regex("""<!--@include: (\S+?)#(\S+)-->""")
            .findAll(Snippets.root.resolve("docs/index.md").readText())
            .map { it.destructured }
            .toList()
        included.shouldNotBeEmpty().forEach { (file, region) ->
            val text = Snippets.root
                .resolve("docs")
                .resolve(file)
                .readText()
            text shouldContain "<!-- #region $region -->"
            text shouldContain "<!-- #endregion $region -->"
        }
    }

    test("the API reference has the sources of every published module") {
        val reference = Snippets.root.resolve("docs/pom.xml").readText()
        PublishedSources
            .files()
            .filter { it.name != "module-info.java" }
            .map { file -> file.joinToString("/").replace(Regex("(src/main/(java|kotlin))/.*"), "$1") }
            .distinct()
            .filterNot { "/$it</dir>" in reference }
            .toList()
            .shouldBeEmpty()
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
    val folders = listOf(root) + root.resolve("samples").listDirectoryEntries().filter { it.isDirectory() }
    val docs = root.resolve("docs").walk().filter { page -> page.none { it.name in setOf("node_modules", "target") } }
    return (folders.flatMap { it.listDirectoryEntries("*.md") } + docs.filter { it.extension == "md" }).sorted()
}

private fun listedIn(index: Path): List<Path> = localLinks(index).map { index.resolveSibling(it.path).normalize() }

/** A link to a file, relative to the page, or to a heading of it; an empty path is the page itself. */
private class Link(val path: String, val anchor: String) {
    /** Links that begin with a slash exist on the site only, whose build checks them. */
    fun leadsFrom(page: Path): Boolean {
        val file = if (path.isEmpty()) page else page.resolveSibling(path)
        return path.startsWith("/") || (file.exists() && (anchor.isEmpty() || anchor in anchors(file)))
    }

    override fun toString() = "$path#$anchor"
}

private fun localLinks(page: Path): List<Link> =
    Regex("""]\(([^)#\s]*)(?:#([^)\s]*))?\)""")
        .findAll(page.readText())
        .map { Link(it.groupValues[1], it.groupValues[2]) }
        .filterNot { it.path.contains("://") }
        .toList()

/** The anchors of a page's headings, as the repository's web pages and docs/.vitepress/config.mjs create them. */
private fun anchors(page: Path): List<String> =
    page.readLines().filter { it.matches(Regex("#{1,6} .+")) }.map { heading ->
        heading
            .trimStart('#')
            .trim()
            .lowercase()
            .replace(Regex("""\[([^]]*)]\([^)]*\)"""), "$1")
            .replace(Regex("""[^\p{L}\p{M}\p{N}\p{Pc}\- ]"""), "")
            .replace(' ', '-')
    }
