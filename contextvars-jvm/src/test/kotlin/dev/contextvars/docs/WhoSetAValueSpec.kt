// SPDX-License-Identifier: Apache-2.0
@file:OptIn(ExperimentalPathApi::class)

package dev.contextvars.docs

import dev.contextvars.testing.CodeBlock
import dev.contextvars.testing.Snippets
import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import java.net.URI
import java.net.http.HttpClient
import java.net.http.HttpRequest
import java.net.http.HttpResponse.BodyHandlers
import java.nio.file.Files
import java.nio.file.Path
import java.util.concurrent.TimeUnit
import kotlin.io.path.ExperimentalPathApi
import kotlin.io.path.copyTo
import kotlin.io.path.deleteRecursively
import kotlin.io.path.readLines

/** Runs the commands of docs/who-set-a-value.md on the service of that page, and compares what they print. */
class WhoSetAValueSpec : FunSpec({
    test("the commands of the page print what the page shows") {
        val blocks = CodeBlock
            .of(Snippets.root.resolve("docs/who-set-a-value.md").readLines())
            .filter { it.language in setOf("sh", "text") }
        blocks.map { it.language } shouldContainExactly listOf("sh", "text", "sh", "sh", "text")
        RunningShop().use { shop ->
            var output = ""
            for (block in blocks) {
                if (block.language == "sh") {
                    output = block.text
                        .lines()
                        .map(shop::execute)
                        .last()
                } else {
                    withClue("line ${block.line}: the commands above print\n$output") {
                        normalized(output) shouldBe normalized(block.text)
                    }
                }
            }
        }
    }
})

/** Replaces what differs from run to run, and lines of the library; numbers of contexts stay comparable. */
private fun normalized(output: String): String {
    val contexts = mutableListOf<String>()
    return output
        .trim()
        .replace(Regex("startTime = .*"), "startTime = …")
        .replace(Regex("(dev\\.contextvars\\..*) line: \\d+"), "$1")
        .replace(Regex("javaThreadId = \\d+"), "javaThreadId = …")
        .replace(Regex("0x[0-9a-f]+")) { number ->
            if (number.value !in contexts) contexts += number.value
            "context ${contexts.indexOf(number.value)}"
        }
}

/** The service in a JVM of its own, whose working directory has the settings file. */
private class RunningShop : AutoCloseable {
    private val folder: Path = Files.createTempDirectory("shop")
    private val tools = Path.of(System.getProperty("java.home"), "bin")
    private val process: Process
    private val port: Int

    init {
        Snippets.root.resolve("docs/contextvars.jfc").copyTo(folder.resolve("contextvars.jfc"))
        val classPath = System.getProperty("surefire.test.class.path") ?: System.getProperty("java.class.path")
        process = ProcessBuilder("${tools.resolve("java")}", "-cp", classPath, "shop.Shop", "0")
            .directory(folder.toFile())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start()
        port = process.inputReader().readLine().toInt()
    }

    /** Executes a command of the page, and returns what it prints. */
    fun execute(command: String): String {
        val words = command.split(' ')
        return when (words.first()) {
            "curl" -> {
                check(command == "curl -H 'X-Tenant: acme' localhost:8080/") { command }
                val request = HttpRequest.newBuilder(URI("http://localhost:$port/")).header("X-Tenant", "acme").build()
                HttpClient.newHttpClient().send(request, BodyHandlers.ofString()).body()
            }

            "jcmd" -> {
                check(words[1] == "shop.Shop") { command }
                run(listOf("jcmd", "${process.pid()}") + words.drop(2))
            }

            "jfr" -> {
                run(words)
            }

            else -> {
                error("not a command of the session: $command")
            }
        }
    }

    private fun run(command: List<String>): String {
        val tool = ProcessBuilder(listOf("${tools.resolve(command.first())}") + command.drop(1))
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .start()
        val output = tool.inputReader().readText()
        check(tool.waitFor(1, TimeUnit.MINUTES) && tool.exitValue() == 0) { "$command: $output" }
        return output
    }

    override fun close() {
        process.destroyForcibly().waitFor()
        folder.deleteRecursively()
    }
}
