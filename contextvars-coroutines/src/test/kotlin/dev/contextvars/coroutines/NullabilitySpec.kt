// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.coroutines

import dev.contextvars.ContextVar
import io.kotest.core.spec.style.FunSpec
import io.kotest.engine.spec.tempdir
import io.kotest.matchers.collections.shouldContainExactlyInAnyOrder
import io.kotest.matchers.shouldBe
import org.jetbrains.kotlin.cli.jvm.K2JVMCompiler
import org.jspecify.annotations.NullMarked
import java.io.ByteArrayOutputStream
import java.io.File
import java.io.PrintStream

/** What the Kotlin compiler accepts and rejects for the core's nullness. */
class NullabilitySpec : FunSpec({
    /** Compiles each line as the body of a function, and returns the first error of each that has one. */
    fun errorsIn(lines: List<String>): Map<String, String> {
        val folder = tempdir()
        val source = folder.resolve("lines.kt")
        source.writeText(DECLARATIONS + lines.withIndex().joinToString("\n") { (i, line) -> "fun line$i() { $line }" })
        val report = ByteArrayOutputStream()
        K2JVMCompiler().exec(
            PrintStream(report),
            "-no-stdlib",
            "-no-reflect",
            "-jvm-target",
            "17", // that of the inlined functions
            "-classpath",
            CLASS_PATH,
            "-d",
            folder.resolve("classes").path,
            source.path,
        )
        return ERROR
            .findAll(report.toString())
            .toList()
            .reversed() // of two errors in one line, the first remains
            .associate { error -> lines[error.groupValues[1].toInt() - FIRST_LINE] to error.groupValues[2] }
    }

    val nullForNonNull = listOf(
        "text.set(null)",
        "text.update { null }",
        "text.get(null)",
        "text.withValue(null) { }",
        "Bindings.of(text, null)",
        "Context().get(text, null)",
        "ContextVar<String>(\"text\", null)",
        "ContextVar.builder<String>(\"text\").defaultValue(null)",
    )
    val nullableAsNonNull = listOf(
        "val it: String = nullable.get()",
        "val it: String = nullable.get(\"fallback\")",
        "val it: String = Context()[text]",
        "val it: String by nullable",
        "val it: String = Context().run { nullable.get() }",
        "text.set(nullable.get())",
        "nullable.get().length",
    )
    val correct = listOf(
        "nullable.set(null)",
        "nullable.update { null }",
        "nullable.withValue(null) { }",
        "Bindings.of(nullable, null)",
        "ContextVar<String?>(\"text\", null)",
        "val it: String = text.get()",
        "val it: String = text.get(\"fallback\")",
        "val it: String? = Context()[text]",
        "val it: String = Context().get(text, \"fallback\")",
        "val it: String = Context().getValue(text)",
        "val it: String by text",
        "val it: String? by nullable",
        "val it: Int = Context().run { 42 }",
        "nullable.set(text.get())",
        "nullable.get()?.length",
    )
    val errors by lazy { errorsIn(nullForNonNull + nullableAsNonNull + correct) }

    test("null for a variable of a non-null type does not compile") {
        errors.filterKeys { it in nullForNonNull } shouldBe
            nullForNonNull.associateWith { "null cannot be a value of a non-null type 'String'." }
    }

    test("a nullable value as a non-null one does not compile") {
        errors.keys.filter { it in nullableAsNonNull } shouldContainExactlyInAnyOrder nullableAsNonNull
    }

    test("null for a nullable type compiles") {
        errors.filterKeys { it in correct } shouldBe emptyMap()
    }
})

private val DECLARATIONS =
    """
    import dev.contextvars.Bindings
    import dev.contextvars.Context
    import dev.contextvars.ContextVar
    import dev.contextvars.coroutines.*
    val text = ContextVar<String>("text")
    val nullable = ContextVar<String?>("nullable")

    """.trimIndent()
private val FIRST_LINE = DECLARATIONS.lines().size
private val ERROR = Regex("""lines\.kt:(\d+):\d+: error: (.*)""")

private val CLASS_PATH = listOf(ContextVar::class, ContextElement::class, NullMarked::class, Unit::class)
    .joinToString(File.pathSeparator) {
        it.java.protectionDomain.codeSource.location
            .path
    }
