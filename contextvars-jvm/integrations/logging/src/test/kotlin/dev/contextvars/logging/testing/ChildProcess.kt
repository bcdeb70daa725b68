// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.logging.testing

import dev.contextvars.testing.ChildJvm
import java.io.File
import java.nio.file.Path
import kotlin.io.path.ExperimentalPathApi
import kotlin.io.path.copyToRecursively
import kotlin.io.path.createTempDirectory
import kotlin.io.path.deleteRecursively

/** A main class in another JVM, with a class path of its own; shared with the backends as source. */
internal class ChildProcess(
    private val main: Class<*>,
    private val classPath: List<Path>,
    private val options: List<String> = emptyList(),
) {
    /** Runs it to its end and returns all lines of its output. */
    fun lines(): List<String> = ChildJvm.lines(
        main.name,
        options = options,
        classPath = classPath.joinToString(File.pathSeparator),
    )

    companion object {
        /** The jar or folder that a class comes from. */
        fun pathOf(type: Class<*>): Path = Path.of(
            type.protectionDomain.codeSource.location
                .toURI(),
        )

        /** The class path of this JVM. */
        val own: List<Path> = ChildJvm.ownClassPath.split(File.pathSeparator).map(Path::of)

        /** Gives the body a copy of a folder of classes that has no service files. */
        @OptIn(ExperimentalPathApi::class)
        fun <R> withoutServices(classes: Path, body: (Path) -> R): R {
            val stripped = createTempDirectory("without-services")
            try {
                classes.copyToRecursively(stripped, followLinks = false, overwrite = true)
                stripped.resolve("META-INF").deleteRecursively()
                return body(stripped)
            } finally {
                stripped.deleteRecursively()
            }
        }
    }
}
