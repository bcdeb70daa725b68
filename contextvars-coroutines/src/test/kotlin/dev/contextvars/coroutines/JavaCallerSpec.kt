// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.coroutines

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeSameInstanceAs

/** The module as Java code calls it. */
class JavaCallerSpec : FunSpec({
    afterEach { threadsShouldBeClean() }

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

    coroutineTest("ContextBuilders.launch(scope, ctx) runs in ctx itself") {
        val ctx = contextOf("alice")
        JavaCaller
            .launch(this, ctx) {
                here() shouldBeSameInstanceAs ctx
                user.set("bob")
            }.join()
        ctx[user] shouldBe "bob"
    }

    test("ContextVars.withValue sets, runs and resets") {
        contextOf("alice").run {
            JavaCaller.withValue(user, "bob") { user.get() } shouldBe "bob"
            user.get() shouldBe "alice"
        }
    }
})
