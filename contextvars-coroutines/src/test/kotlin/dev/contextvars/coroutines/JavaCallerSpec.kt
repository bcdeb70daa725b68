// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.coroutines

import dev.contextvars.Context
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeSameInstanceAs
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers

/** The module, called by Java code. */
class JavaCallerSpec : CoroutineSpec({
    test("runBlocking(asElement(ctx)) runs in a copy") {
        val ctx = contextOf("alice")
        JavaCaller.runBlocking(ctx) {
            here() shouldBeCopyOf ctx
            user.set("bob")
            user.get()
        } shouldBe "bob"
        here().shouldBeNull()
        ctx[user] shouldBe "alice"
    }

    test("a future of a scope with asElement(ctx) runs in a copy") {
        val ctx = contextOf("alice")
        JavaCaller.future(ctx) { here() }.get() shouldBeCopyOf ctx
    }

    coroutineTest("launch with asSharedElement(ctx) runs in ctx itself") {
        val ctx = contextOf("alice")
        JavaCaller
            .launch(this, ctx) {
                here() shouldBeSameInstanceAs ctx
                user.set("bob")
            }.join()
        ctx[user] shouldBe "bob"
    }

    test("getHasContextElement returns whether an element is bound") {
        JavaCaller.hasContext(CoroutineScope(Dispatchers.Default)) shouldBe false
        JavaCaller.hasContext(CoroutineScope(Dispatchers.Default + Context().asElement())) shouldBe true
    }

    test("ContextVars.withValue sets, runs and resets") {
        contextOf("alice").run {
            JavaCaller.withValue(user, "bob") { user.get() } shouldBe "bob"
            user.get() shouldBe "alice"
        }
    }
})
