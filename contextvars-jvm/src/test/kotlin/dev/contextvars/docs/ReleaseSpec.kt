// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.docs

import dev.contextvars.testing.Snippets
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactlyInAnyOrder
import kotlin.io.path.exists
import kotlin.io.path.readText

/** A module that chooses nothing, and a list of packages that is out of date, fail here before a release is staged. */
class ReleaseSpec : FunSpec({
    val modules = Regex("<module>(.*)</module>").valuesIn(read("pom.xml").substringBefore("</modules>"))
    val published = modules.filterNot { "<unpublished>true<" in read("$it/pom.xml") }
    val moduleOf = published.associateBy { artifact(it) }

    test("the BOM lists each published module, and no other") {
        val bom = read("contextvars-jvm/bom/pom.xml").substringAfter("<dependencyManagement>")
        Regex("<artifactId>(.*)</artifactId>").valuesIn(bom) shouldContainExactlyInAnyOrder
            moduleOf.keys - "contextvars-bom"
    }

    moduleOf.keys.filter { Snippets.root.resolve(list(it)).exists() }.forEach { artifact ->
        test("the package list of $artifact has the packages that its module exports") {
            val packages = read(list(artifact)).lines().filter { it.startsWith("dev.contextvars") }
            val module = read("${moduleOf.getValue(artifact)}/src/main/java/module-info.java")
            packages shouldContainExactlyInAnyOrder Regex("exports (.*);").valuesIn(module)
        }
    }
})

private fun artifact(module: String): String =
    Regex("<artifactId>(.*)</artifactId>").valuesIn(read("$module/pom.xml").substringAfter("</parent>")).first()

private fun list(artifact: String) = "docs/package-lists/$artifact/element-list"

private fun read(file: String): String = Snippets.root.resolve(file).readText()

private fun Regex.valuesIn(text: String): List<String> = findAll(text).map { it.groupValues[1] }.toList()
