// SPDX-License-Identifier: Apache-2.0
package dev.contextvars

import io.kotest.core.spec.style.FunSpec
import io.kotest.engine.spec.tempdir
import io.kotest.matchers.maps.shouldContainExactly
import org.jspecify.annotations.NullMarked
import java.io.File
import javax.tools.Diagnostic
import javax.tools.DiagnosticCollector
import javax.tools.JavaFileObject
import javax.tools.ToolProvider

/** What javac makes of a lambda in the brackets of wrap, as the Javadoc of Context.wrap has it. */
class WrapOverloadsSpec : FunSpec({
    val directory = tempdir()

    fun File.errorsByLine(): Map<Long, Set<String>> {
        val found = DiagnosticCollector<JavaFileObject>()
        val javac = ToolProvider.getSystemJavaCompiler()
        val path = listOf(Context::class.java, NullMarked::class.java)
            .map {
                File(
                    it.protectionDomain.codeSource.location
                        .toURI(),
                )
            }
        javac.getStandardFileManager(found, null, null).use { files ->
            val options = listOf("-proc:none", "-d", directory.path, "-cp", path.joinToString(File.pathSeparator))
            javac.getTask(null, files, found, options, null, files.getJavaFileObjects(this)).call()
        }
        return found.diagnostics
            .filter { it.kind == Diagnostic.Kind.ERROR }
            .groupBy({ it.lineNumber }, { it.code })
            .mapValues { (_, codes) -> codes.toSet() }
    }

    test("javac refuses the lambdas that fit two overloads, and only those, and takes them when they are cast") {
        val expected = mapOf(
            "ctx.wrap(() -> log(\"\"))" to "taken",
            "ctx.wrap((Runnable) () -> price())" to "taken",
            "ctx.wrap(() -> 42)" to "ambiguous",
            "ctx.wrap((Callable<Integer>) () -> 42)" to "taken",
            "ctx.wrap((Supplier<Integer>) () -> 42)" to "taken",
            "future.thenApply(ctx.wrap(String::length))" to "taken",
            "future.thenApply(ctx.wrap(s -> s.length()))" to "ambiguous",
            "future.thenApply(ctx.wrap((Function<String, Integer>) s -> s.length()))" to "taken",
            "future.thenAccept(ctx.wrap(s -> log(s)))" to "ambiguous",
            "future.thenAccept(ctx.wrap((Consumer<String>) s -> log(s)))" to "taken",
            "future.handle(ctx.wrap((s, e) -> s.length()))" to "ambiguous",
            "future.handle(ctx.wrap((BiFunction<String, Throwable, Integer>) (s, e) -> 0))" to "taken",
            "future.whenComplete(ctx.wrap((BiConsumer<String, Throwable>) (s, e) -> log(s)))" to "taken",
        )
        val source = directory.resolve("Calls.java")
        val start = "import dev.contextvars.Context; import java.util.concurrent.*; import java.util.function.*; " +
            "abstract class Calls { abstract void log(String s); abstract int price();" +
            "void calls(Context ctx, CompletableFuture<String> future) {"
        source.writeText((listOf(start) + expected.keys.map { "$it;" } + "}}").joinToString("\n"))
        val errors = source.errorsByLine()
        expected.keys.withIndex().associate { (index, call) ->
            val codes = errors[index + 2L].orEmpty() // the first call is in the second line
            call to if ("compiler.err.ref.ambiguous" in codes) "ambiguous" else codes.firstOrNull() ?: "taken"
        } shouldContainExactly expected
    }
})
