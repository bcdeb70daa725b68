// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.testing

import org.jetbrains.kotlin.abi.tools.AbiFilters
import org.jetbrains.kotlin.abi.tools.AbiTools
import java.io.File
import java.lang.module.ModuleFinder

/** Compares the public API of a module, as Kotlin's ABI tools print it, with the listing in `api/<module>.api`. */
object ApiListing {
    private const val UPDATE = "api.update"

    /**
     * Compares the API of the module that contains the class. With `-Dapi.update=true`, writes the listing first.
     *
     * @param name the name of the listing; by default, the name of the module's folder
     * @throws AssertionError if the API differs from the listing, with the difference and the command that accepts it
     */
    fun check(anyClass: Class<*>, name: String? = null) {
        val classes = File(
            anyClass.protectionDomain.codeSource.location
                .toURI(),
        ) // Maven's target/classes
        val module = classes.parentFile.parentFile
        val listing = module.resolve("api/${name ?: module.name}.api")
        val actual = classes.resolveSibling(listing.name)
        val tools = AbiTools.getInstance()
        val classFiles = classes.walk().filter { it.extension == "class" }.toList()
        val filters = AbiFilters(emptySet(), packagesNotExported(classes), emptySet(), emptySet())
        actual.writeText(buildString { tools.printJvmDump(this, classFiles, filters) })
        if (System.getProperty(UPDATE).toBoolean()) actual.copyTo(listing, overwrite = true)
        val difference = if (listing.exists()) tools.filesDiff(listing, actual) else "$listing does not exist"
        if (difference != null) throw AssertionError(message(module.name, difference))
    }

    private fun packagesNotExported(classes: File): Set<String> {
        val module = ModuleFinder
            .of(classes.toPath())
            .findAll()
            .singleOrNull()
            ?.descriptor() ?: return emptySet()
        val exported = module.exports().filterNot { it.isQualified }.map { it.source() }
        return (module.packages() - exported.toSet()).map { "$it.**" }.toSet()
    }

    private fun message(module: String, difference: String) = """
        |The public API of $module differs from its listing:
        |$difference
        |To accept the new API, run this and commit the listing with the change ("clean": kotlinc keeps old class files):
        |mvn clean test -Dtest=ApiListingSpec -Dsurefire.failIfNoSpecifiedTests=false -D$UPDATE=true
        """.trimMargin()
}
