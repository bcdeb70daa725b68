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

    beforeSpec { SharedThreads.add { it.name == "MisuseSpec shared" } }

    val variable = "<ContextVar name='v' at 0x…>"
    mapOf<Pair<String, String>, () -> Any?>(
        "TokenUsedException" to "<Token used var=$variable at 0x…> has already been used once" to
            { v.set(1).apply { close() }.close() },
        "WrongVariableException" to "<Token var=$variable at 0x…> was created by a different ContextVar" to
            { ContextVar<Int>("other").reset(v.set(1)) },
        "WrongContextException" to "<Token var=$variable at 0x…> was created in a different Context" to
            { v.set(1).let { Context().execute { v.reset(it) } } },
        "ContextEnteredException" to "cannot enter context: <Context object at 0x…> is already entered" to
            { Context().let { ctx -> ctx.execute { ctx.execute { } } } },
        "ContextNotEnteredException" to "cannot exit context: <Context object at 0x…> has not been entered" to
            { Context().exit() },
        "ContextNotCurrentException" to
            "cannot exit context: thread state references a different context object" to
            { Context().let { ctx -> ctx.execute { Context().execute { ctx.exit() } } } },
        "ContextContendedException" to
            "cannot change <Context object at 0x…> on thread misusing: it is in use on thread using" to
            {
                TestThread("using").use { using ->
                    val ctx = Context()
                    using { ctx.enter() }
                    onNewThread("misusing") { ContextSwap.swap(ctx).let { v.set(1) } }
                }
            },
        "ContextRequiredException" to "cannot set $variable on thread MisuseSpec shared: this code has no Context, " +
            "and the next code on this thread would see the value." to
            { onNewThread("MisuseSpec shared") { v.set(1) } },
    ).forEach { (expected, commit) ->
        val (mistake, message) = expected
        test("$mistake has its message, and is one event with the place of the misuse") {
            lateinit var failure: RuntimeException
            val event = recordingMisuse { failure = shouldThrow<RuntimeException> { commit() } }.single()
            failure.javaClass.simpleName shouldBe mistake
            failure.message.orEmpty().replace(Regex("0x[0-9a-f]+"), "0x…") shouldBe message
            event.getString("mistake") shouldBe mistake
            event.getString("message") shouldBe failure.message
            event.stackTrace.frames.map { it.method.type.name }.forAtLeastOne {
                it shouldStartWith MisuseSpec::class.java.name
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
