// SPDX-License-Identifier: Apache-2.0
package dev.contextvars

import dev.contextvars.testing.ChildJvm
import dev.contextvars.testing.FlightRecordings
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContain
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldNotContain

class MisuseSpec : FunSpec({
    isolateEachTest()

    val v = ContextVar<Int>("v")

    beforeSpec { SharedThreads.add { it.name == "MisuseSpec shared" } }

    mapOf<String, () -> Any?>(
        "TokenUsedException" to { v.set(1).apply { close() }.close() },
        "WrongVariableException" to { ContextVar<Int>("other").reset(v.set(1)) },
        "WrongContextException" to { v.set(1).let { Context().execute { v.reset(it) } } },
        "ContextEnteredException" to { Context().let { ctx -> ctx.execute { ctx.execute { } } } },
        "ContextNotEnteredException" to { Context().exit() },
        "ContextNotCurrentException" to { Context().let { ctx -> ctx.execute { Context().execute { ctx.exit() } } } },
        "ContextContendedException" to {
            Context().let { ctx -> ctx.execute { onNewThread { ContextSwap.swap(ctx).let { v.set(1) } } } }
        },
        "ContextRequiredException" to { onNewThread("MisuseSpec shared") { v.set(1) } },
    ).forEach { (mistake, commit) ->
        test("$mistake records one event with its name, message and stack trace") {
            lateinit var failure: RuntimeException
            val event = recordingMisuse { failure = shouldThrow<RuntimeException> { commit() } }.single()
            failure.javaClass.simpleName shouldBe mistake
            event.getString("mistake") shouldBe mistake
            event.getString("message") shouldBe failure.message
            val classes = event.stackTrace.frames.map {
                it.method.type.name
                    .substringBefore('$')
            }
            classes shouldContain MisuseSpec::class.java.name
        }
    }

    test("correct use records no events") {
        recordingMisuse {
            val ctx = Context.copyContext()
            val token = ctx.run { v.set(1) }
            ctx.execute { v.reset(token) }
            Bindings.of(v, 1).set().use { ctx.diff(Context.copyContext()) }
            ctx.enter()
            ctx.exit()
        }.shouldBeEmpty()
    }

    test("a missing value records no event") {
        recordingMisuse { shouldThrow<UnboundVariableException> { v.get() } }.shouldBeEmpty()
    }

    test("tryReset records no event") {
        recordingMisuse {
            val token = v.set(1)
            Context().run { token.tryReset() } shouldBe false
            token.tryReset() shouldBe true
            token.tryReset() shouldBe false
        }.shouldBeEmpty()
    }

    test("a JVM without jdk.jfr throws the same exception") {
        ChildJvm.run(WithoutFlightRecorder::class.java.name, options = listOf("--limit-modules=java.base")) shouldBe
            mapOf("jdk.jfr" to "absent", "exit" to "ContextNotEnteredException")
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

/** Exits a context that is not entered, and prints the exception. */
internal object WithoutFlightRecorder {
    @JvmStatic
    fun main(args: Array<String>) {
        println("jdk.jfr=${if (ModuleLayer.boot().findModule("jdk.jfr").isPresent) "present" else "absent"}")
        println("exit=${runCatching { Context().exit() }.exceptionOrNull()?.javaClass?.simpleName}")
    }
}

/** Returns the events of misuse that are recorded while the body runs. */
private fun recordingMisuse(body: () -> Unit) = FlightRecordings.of("dev.contextvars.Misuse", body = body)
