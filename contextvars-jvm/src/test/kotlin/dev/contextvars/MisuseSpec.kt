// SPDX-License-Identifier: Apache-2.0
package dev.contextvars

import dev.contextvars.testing.FlightRecordings
import dev.contextvars.testing.TestThread
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.inspectors.forAtLeastOne
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldNotContain
import io.kotest.matchers.string.shouldStartWith

class MisuseSpec : FunSpec({
    isolateEachTest()

    val v = ContextVar<Int>("v")

    val variable = "<ContextVar name='v' at 0x…>"
    mapOf(
        Mistake.TokenUsedException to "<Token used var=$variable at 0x…> has already been used once",
        Mistake.WrongVariableException to "<Token var=$variable at 0x…> was created by a different ContextVar",
        Mistake.WrongContextException to "<Token var=$variable at 0x…> was created in a different Context",
        Mistake.ContextEnteredException to "cannot enter context: <Context object at 0x…> is already entered",
        Mistake.ContextNotEnteredException to "cannot exit context: <Context object at 0x…> has not been entered",
        Mistake.ContextNotCurrentException to
            "cannot exit context: thread state references a different context object",
        Mistake.ContextContendedException to
            "cannot change <Context object at 0x…> on thread mistaken: it is in use on thread owner",
        Mistake.ContextRequiredException to "cannot set $variable on thread mistaken: this code has no Context, " +
            "and the next code on this thread would see the value.",
    ).forEach { (mistake, message) ->
        test("$mistake has its message, and is one event with the place of the misuse") {
            lateinit var failure: RuntimeException
            val event = TestThread("mistaken").use { thread ->
                thread {
                    ContextSwap.swap(Context())
                    mistake.prepare()
                    recordingMisuse { failure = shouldThrow<RuntimeException> { mistake.commit() } }.single()
                }
            }
            failure.javaClass.simpleName shouldBe mistake.name
            failure.message.orEmpty().replace(Regex("0x[0-9a-f]+"), "0x…") shouldBe message
            event.getString("mistake") shouldBe mistake.name
            event.getString("message") shouldBe failure.message
            event.stackTrace.frames.map { it.method.type.name }.forAtLeastOne {
                it shouldStartWith Mistake::class.java.name
            }
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

    test("tryReset and a missing value record no events") {
        recordingMisuse {
            shouldThrow<UnboundVariableException> { v.get() }
            val token = v.set(1)
            Context().run { token.tryReset() } shouldBe false
            token.tryReset() shouldBe true
            token.tryReset() shouldBe false
        }.shouldBeEmpty()
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

/** Returns the events of misuse that are recorded while the body runs. */
private fun recordingMisuse(body: () -> Unit) = FlightRecordings.of("dev.contextvars.Misuse", body = body)
