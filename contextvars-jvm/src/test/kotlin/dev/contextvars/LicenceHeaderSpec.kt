// SPDX-License-Identifier: Apache-2.0
package dev.contextvars

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainAll
import java.nio.file.Path
import kotlin.io.path.extension
import kotlin.io.path.name
import kotlin.io.path.readLines
import kotlin.io.path.relativeTo

/** Spotless sees to the headers too, but not to those of package-info and module-info, and not in the POMs. */
class LicenceHeaderSpec : FunSpec({
    val root = Path.of(System.getProperty("project.root"))
    val sources = root
        .toFile()
        .walk()
        .onEnter { it.name != "target" && (!it.name.startsWith(".") || it == root.toFile()) }
        .map { it.toPath() }
        .filter { it.extension in setOf("java", "kt") || it.name == "pom.xml" }
        .toList()

    test("every source file and POM of the repository names the licence at its head") {
        sources.map { it.name } shouldContainAll listOf("package-info.java", "module-info.java", "pom.xml")
        sources
            .filterNot { file -> file.readLines().take(2).any { "SPDX-License-Identifier: Apache-2.0" in it } }
            .map { it.relativeTo(root) }
            .shouldBeEmpty()
    }
})
