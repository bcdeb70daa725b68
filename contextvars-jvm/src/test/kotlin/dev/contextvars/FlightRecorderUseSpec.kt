// SPDX-License-Identifier: Apache-2.0
@file:OptIn(ExperimentalPathApi::class)

package dev.contextvars

import dev.contextvars.testing.ChildJvm
import dev.contextvars.testing.Snippets
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContain
import io.kotest.matchers.collections.shouldContainAll
import io.kotest.matchers.collections.shouldNotBeEmpty
import io.kotest.matchers.maps.shouldContain
import io.kotest.matchers.maps.shouldContainExactly
import io.kotest.matchers.shouldBe
import jdk.jfr.consumer.RecordingFile
import java.nio.file.Files
import java.nio.file.Path
import kotlin.io.path.ExperimentalPathApi
import kotlin.io.path.deleteIfExists
import kotlin.io.path.deleteRecursively
import kotlin.io.path.isExecutable
import kotlin.io.path.readLines

private const val PROGRAM = "outside.EveryEvent"
private val outcomes = mapOf("value" to "green", "misuse" to "ContextNotEnteredException")

/** The library in JVMs with, without and before the flight recorder; FlightEventsSpec has the events. */
class FlightRecorderUseSpec : FunSpec({
    val classes = Path.of(
        Context::class.java.protectionDomain.codeSource.location
            .toURI(),
    )
    val javaHome = Path.of(System.getProperty("java.home"))

    test("a program that is not recorded loads no class of an event") {
        val log = Files.createTempFile("classes", ".txt")
        try {
            ChildJvm.run(PROGRAM, options = listOf("-Xlog:class+load:file=$log")) shouldContain
                ("module jdk.jfr" to "present")
            val loaded = log.readLines().map { it.substringAfter(']').substringAfter("] ") }
            val names = loaded.map { line -> line.split(' ').first { '.' in it } }
            names shouldContain "dev.contextvars.FlightEvents"
            names.filter { it.startsWith("dev.contextvars.FlightEvents$") }.shouldBeEmpty()
            names.filter { it.startsWith("jdk.jfr.") } shouldBe listOf("jdk.jfr.FlightRecorder")
        } finally {
            log.deleteIfExists()
        }
    }

    mapOf(
        "on the class path" to listOf(),
        "as a named module" to listOf("--module-path", "$classes", "--add-modules", "dev.contextvars"),
    ).forEach { (place, options) ->
        test("the settings file of the docs switches all events on for the library $place") {
            val events = recordedWith(options, named = options.isNotEmpty())
            events.map { it.eventType.name }.toSet() shouldContainAll
                listOf("Misuse", "Set", "Reset", "Enter", "Copy").map { "dev.contextvars.$it" }
            events.filter { it.eventType.name.endsWith(".Set") }.map { it.getString("value") } shouldBe
                listOf("red", "green")
            events
                .filter { it.eventType.name.endsWith(".Enter") }
                .map { it.getString("kind") }
                .toSet() shouldBe setOf("run", "enter", "coroutine")
            events.forEach { event -> event.stackTrace.frames.shouldNotBeEmpty() }
        }
    }

    for (way in listOf("EXECUTE", "ENTER", "PROBE")) {
        test("a recorded program recovers from overflows of the stack in $way") {
            val file = Files.createTempFile("overflow", ".jfr")
            try {
                val results = ChildJvm.run(
                    "dev.contextvars.OverflowProgram",
                    arguments = listOf(way, "20", "256"),
                    options = recordTo(file) + ChildJvm.C2,
                )
                results.filterKeys { it.startsWith("thread ") } shouldContainExactly
                    (0..19).associate { "thread $it" to "recovered" }
                val names = RecordingFile.readAllEvents(file).map { it.eventType.name }
                names shouldContainAll listOf("dev.contextvars.Enter", "dev.contextvars.Misuse")
            } finally {
                file.deleteIfExists()
            }
        }
    }

    test("a JVM without the module jdk.jfr runs the same program") {
        ChildJvm.run(PROGRAM, options = listOf("--limit-modules=java.base")) shouldContainExactly
            outcomes + mapOf("module jdk.jfr" to "absent", "module dev.contextvars" to "false")
    }

    val jlink = javaHome.resolve("bin/jlink")
    test("an image by jlink has the library without jdk.jfr").config(enabled = jlink.isExecutable()) {
        val folder = Files.createTempDirectory("image")
        val image = folder.resolve("image")
        try {
            val link = ProcessBuilder(
                "$jlink",
                "--module-path=$classes",
                "--add-modules=dev.contextvars",
                "--output=$image",
            ).redirectErrorStream(true).start()
            val output = link.inputStream.bufferedReader().readText()
            check(link.waitFor() == 0) { output }
            ChildJvm.run(
                PROGRAM,
                options = listOf("--add-modules=dev.contextvars"),
                java = image.resolve("bin/java"),
            ) shouldContainExactly
                outcomes + mapOf("module jdk.jfr" to "absent", "module dev.contextvars" to "true")
        } finally {
            folder.deleteRecursively()
        }
    }
})

/** Returns the events of the program, recorded from its start with the settings file of the docs. */
private fun recordedWith(options: List<String>, named: Boolean) =
    Files.createTempFile("recorded", ".jfr").let { file ->
        try {
            ChildJvm.run(PROGRAM, options = options + recordTo(file)) shouldContainExactly
                outcomes + mapOf("module jdk.jfr" to "present", "module dev.contextvars" to "$named")
            RecordingFile.readAllEvents(file).filter { it.eventType.name.startsWith("dev.contextvars.") }
        } finally {
            file.deleteIfExists()
        }
    }

private fun recordTo(file: Path) = listOf(
    "-XX:StartFlightRecording:settings=${Snippets.root.resolve("docs/contextvars.jfc")},filename=$file",
    "-Xlog:jfr+startup=off",
)
