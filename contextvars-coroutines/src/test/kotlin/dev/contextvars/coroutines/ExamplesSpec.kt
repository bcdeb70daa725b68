// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.coroutines

import dev.contextvars.Context
import dev.contextvars.ContextVar
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch
import kotlinx.coroutines.withContext
import java.util.Locale

private val localeVar = ContextVar("locale", Locale.ROOT)
private var locale by localeVar

/** The examples of the KDoc, with what they say comes out. */
class ExamplesSpec : FunSpec({
    val user = ContextVar<String>("user")

    afterEach { threadsShouldBeClean() }

    coroutineTest("the example of asElement does what it says") {
        withContext(Context.copyContext().asElement()) {
            user.set("alice")
            delay(10)
            launch { user.set("bob") }.join()
            user.get() shouldBe "alice"
        }
    }

    coroutineTest("the example of launch does what it says") {
        val session = Context()
        launch(session) { user.set("alice") }.join()
        session[user] shouldBe "alice"
    }

    coroutineTest("the example of withContext does what it says") {
        suspend fun orders() = withContext(Dispatchers.IO) { "orders of ${user.get()}" }
        withContext(Context()) {
            user.set("acme")
            orders() shouldBe "orders of acme"
        }
    }

    test("the example of withValue does what it says") {
        fun render() = "in ${locale.language}"
        Context().run {
            localeVar.withValue(Locale.FRENCH) { render() } shouldBe "in fr"
            render() shouldBe "in "
        }
    }

    test("the example of a delegate does what it says") {
        Context().run {
            locale = Locale.GERMAN
            locale shouldBe Locale.GERMAN
        }
    }

    coroutineTest("the example of ensureContextElement does what it says") {
        suspend fun handle(tenant: String) {
            ensureContextElement()
            user.set(tenant)
        }
        val call = Context()
        withContext(call) { handle("acme") }
        call[user] shouldBe "acme"
    }
})
