// SPDX-License-Identifier: Apache-2.0
package dev.contextvars

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldNotContain
import jdk.jfr.Recording
import jdk.jfr.consumer.RecordedEvent
import jdk.jfr.consumer.RecordingFile
import java.nio.file.Files

class MisuseSpec : FunSpec({
    isolateEachTest()

    val v = ContextVar<Int>("v")

    beforeSpec { SharedThreads.add { it.name == "MisuseSpec shared" } }

    listOf<Pair<String, () -> Unit>>(
        "TokenUsedException" to { v.set(1).let { repeat(2) { _ -> v.reset(it) } } },
        "WrongVariableException" to { ContextVar<Int>("other").reset(v.set(1)) },
        "WrongContextException" to { v.set(1).let { Context().execute { v.reset(it) } } },
        "ContextEnteredException" to { Context().let { ctx -> ctx.execute { ctx.execute { } } } },
        "ContextNotEnteredException" to { Context().exit() },
        "ContextNotCurrentException" to { Context().let { ctx -> ctx.execute { Context().execute { ctx.exit() } } } },
        "ContextContendedException" to {
            Context().execute {
                val entered = ContextSwap.current()
                onNewThread {
                    ContextSwap.swap(entered)
                    v.set(1)
                }
            }
        },
        "ContextRequiredException" to { StepThread("MisuseSpec shared").use { thread -> thread { v.set(1) } } },
    ).forEach { (mistake, make) ->
        test("a $mistake is one event, with its name, its message, and where it was made") {
            lateinit var failure: RuntimeException
            val event = recordingMisuse { failure = shouldThrow<RuntimeException> { make() } }.single()
            failure.javaClass.simpleName shouldBe mistake
            event.getString("mistake") shouldBe mistake
            event.getString("message") shouldBe failure.message
            event.stackTrace.frames.map { it.method.type.name } shouldContainClass MisuseSpec::class.java.name
        }
    }

    test("right use records nothing") {
        recordingMisuse {
            val ctx = Context.copyContext()
            val token = ctx.run { v.set(1) }
            ctx.execute { v.reset(token) }
            Bindings.of(v, 1).set().use { ctx.diff(Context.copyContext()) }
            ctx.enter()
            ctx.exit()
        }.shouldBeEmpty()
    }

    test("a missing value records nothing: to ask is no misuse") {
        recordingMisuse { shouldThrow<UnboundVariableException> { v.get() } }.shouldBeEmpty()
    }

    test("tryReset records nothing, whatever it cannot do") {
        recordingMisuse {
            val token = v.set(1)
            Context().run { token.tryReset() } shouldBe false
            token.tryReset() shouldBe true
            token.tryReset() shouldBe false
        }.shouldBeEmpty()
    }

    test("in a JVM without the flight recorder misuse is refused as ever, and not recorded") {
        WithoutFlightRecorder.run() shouldBe "ContextNotEnteredException"
    }

    test("an event shows no redacted value") {
        val secret = ContextVar
            .builder<String>("secret")
            .defaultValue("hunter1")
            .redacted()
            .build()
        val event = recordingMisuse {
            val token = secret.set("hunter2")
            secret.reset(token)
            shouldThrow<TokenUsedException> { secret.reset(token) }
        }.single()
        event.toString() shouldContain "<redacted>"
        event.toString() shouldNotContain "hunter"
    }
})

/** Returns the events of misuse that were recorded while the body ran. */
private fun recordingMisuse(body: () -> Unit): List<RecordedEvent> = Recording().use { recording ->
    recording.enable("dev.contextvars.Misuse")
    recording.start()
    body()
    recording.stop()
    val file = Files.createTempFile("misuse", ".jfr")
    try {
        recording.dump(file)
        RecordingFile.readAllEvents(file)
    } finally {
        Files.delete(file)
    }
}

private infix fun List<String>.shouldContainClass(name: String) = any { it.startsWith(name) } shouldBe true
