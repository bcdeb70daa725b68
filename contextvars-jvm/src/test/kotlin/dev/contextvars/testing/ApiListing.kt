// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.testing

import java.lang.module.ModuleFinder
import java.nio.file.Path
import kotlin.io.path.createDirectories
import kotlin.io.path.exists
import kotlin.io.path.name
import kotlin.io.path.readLines
import kotlin.io.path.walk
import kotlin.io.path.writeLines
import kotlin.reflect.KVisibility

/**
 * Compares the public surface of a module with the listing that is checked in, `api/<module>.api`; shared with the other
 * modules as source.
 *
 * The surface is what class files can link to: every class, constructor, method and field that is public or protected in
 * the bytecode of an exported package, synthetic ones too (`launch$default` is called by every caller that leaves out an
 * argument). Nothing of it are internal Kotlin classes, unless they use `@PublishedApi`, and members whose names the
 * compiler has mangled (`name$module`, `access$name`), as it does with internal members of classes; internal functions
 * outside of classes it leaves as they are, and so they are listed.
 */
object ApiListing {
    private const val UPDATE = "api.update"

    /**
     * Compares the surface of the module that the class comes from, or with `-Dapi.update=true` writes it down.
     *
     * @param name the module's, unless it is that of its folder
     * @throws AssertionError if the two differ, with the differing lines and the command that accepts them
     */
    fun check(anyClass: Class<*>, name: String? = null) {
        val classes = Path.of(
            anyClass.protectionDomain.codeSource.location
                .toURI(),
        )
        val module = classes.parent.parent // Maven's target/classes
        val listing = "api/${name ?: module.name}.api"
        val file = module.resolve(listing)
        val surface = surfaceOf(classes, anyClass.classLoader)
        if (System.getProperty(UPDATE).toBoolean()) {
            file.parent.createDirectories()
            file.writeLines(surface)
        }
        val agreed = if (file.exists()) file.readLines() else emptyList()
        if (surface != agreed) throw AssertionError(complaint("${module.name}/$listing", agreed, surface))
    }

    private fun surfaceOf(classes: Path, loader: ClassLoader): List<String> {
        val isExported = exportsOf(classes)
        val names = classes
            .walk()
            .map { classes.relativize(it).joinToString(".") }
            .filter { it.endsWith(".class") && isExported(it.removeSuffix(".class").substringBeforeLast('.', "")) }
            .map { it.removeSuffix(".class") }
        return names
            .sorted()
            .map { Class.forName(it, false, loader) }
            .filter(::isVisible)
            .flatMap { Signatures.of(it) + "" }
            .toList()
            .dropLast(1)
    }

    /** Tells the exported packages: all of them, if there is no module-info. */
    private fun exportsOf(classes: Path): (String) -> Boolean {
        val module = ModuleFinder.of(classes).findAll().singleOrNull() ?: return { true }
        val exported = module
            .descriptor()
            .exports()
            .filterNot { it.isQualified }
            .map { it.source() }
        return { it in exported }
    }

    private fun isVisible(type: Class<*>): Boolean = !type.isSynthetic &&
        !type.isAnonymousClass &&
        !type.isLocalClass &&
        Signatures.isVisible(type.modifiers) &&
        (!isInternal(type) || isPublished(type)) &&
        (type.enclosingClass == null || isVisible(type.enclosingClass))

    private fun isInternal(type: Class<*>): Boolean =
        // Kind 1 is a class of the source; the others are facades of top-level functions, and what the compiler makes.
        type.getAnnotation(Metadata::class.java)?.kind == 1 && type.kotlin.visibility == KVisibility.INTERNAL

    /** Searches the class file: the annotation is not there at run time. */
    private fun isPublished(type: Class<*>): Boolean =
        type.getResourceAsStream("/${type.name.replace('.', '/')}.class")!!.use { file ->
            "Lkotlin/PublishedApi;" in file.readBytes().toString(Charsets.ISO_8859_1)
        }

    private fun complaint(listing: String, agreed: List<String>, surface: List<String>) = buildString {
        appendLine("The public API is not the one in $listing:")
        (agreed - surface.toSet() - "").forEach { appendLine("- $it") }
        (surface - agreed.toSet() - "").forEach { appendLine("+ $it") }
        // "clean": kotlinc leaves the class files of classes that are gone from the sources.
        appendLine("To take it as the new one, run this and commit the listing with the change:")
        append("mvn clean test -Dtest=ApiListingSpec -Dsurefire.failIfNoSpecifiedTests=false -D$UPDATE=true")
    }
}
