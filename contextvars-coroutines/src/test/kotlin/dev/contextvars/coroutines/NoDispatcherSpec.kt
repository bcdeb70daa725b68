// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.coroutines

import dev.contextvars.Context
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeSameInstanceAs
import kotlinx.coroutines.CoroutineName
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.launch
import kotlinx.coroutines.withContext
import kotlinx.coroutines.yield

/**
 * Without a dispatcher, kotlinx.coroutines updates thread elements only in `withContext` (#2930): until the first
 * suspension, or with a dispatcher. [WithContextDispatchSpec] has more tests of `withContext`.
 */
class NoDispatcherSpec : CoroutineSpec({
    val foreign = ForeignInterceptor(one.executor)

    test("suspend main runs withContext(dispatcher + element) in the context itself") {
        val ctx = contextOf("alice")
        one.suspendMain {
            withContext(two + ctx.asElement()) {
                shouldRunIn(ctx) { it() }
                shouldRunInCopyOf(ctx) { block -> launch { block() }.join() }
            }
        }
    }

    test("an element of suspend main is installed by the first dispatcher") {
        val ctx = contextOf("alice")
        one.suspendMain(ctx.asElement()) {
            here().shouldBeNull()
            withContext(two) { shouldRunIn(ctx) { it() } }
        }
        ctx[user] shouldBe "after the suspension"
    }

    inContextTest("with an interceptor runs in the context itself until it suspends") { inContext ->
        val ctx = contextOf("alice")
        for (callersElement in listOf(CoroutineName("none"), contextOf("caller").asElement())) {
            CoroutineScope(foreign + callersElement)
                .async {
                    inContext(ctx) {
                        here() shouldBeSameInstanceAs ctx
                        withContext(CoroutineName("inner")) { here() shouldBeSameInstanceAs ctx }
                        user.set("bob")
                    }
                    here().shouldBeNull()
                    coroutineScope { inContext(ctx) { here() shouldBeSameInstanceAs ctx } }
                    here().shouldBeNull()
                }.await()
        }
        ctx[user] shouldBe "bob"
    }

    inContextTest("with an interceptor leaves no thread dirty after a suspension") { inContext ->
        CoroutineScope(foreign)
            .async {
                inContext(Context()) { resumedElsewhere() }
                here().shouldBeNull()
            }.await()
    }

    coroutineTest("a new coroutine with an interceptor runs in its copy at the first dispatcher") {
        val ctx = contextOf("alice")
        CoroutineScope(foreign)
            .async(ctx.asElement()) {
                here().shouldBeNull()
                coroutineScope {
                    withContext(two) {
                        val copy = here() shouldBeCopyOf ctx
                        shouldRunIn(copy) { it() }
                    }
                }
            }.await()
        ctx[user] shouldBe "alice"
    }

    coroutineTest("a new coroutine with an interceptor keeps its copy") {
        val ctx = contextOf("alice")
        CoroutineScope(foreign)
            .async(ctx.asElement(), CoroutineStart.UNDISPATCHED) {
                val copy = here() shouldBeCopyOf ctx
                withContext(CoroutineName("")) { here() shouldBeSameInstanceAs copy }
                coroutineScope { withContext(CoroutineName("")) { here() shouldBeSameInstanceAs copy } }
                withContext(two) { here() shouldBeSameInstanceAs copy }
            }.await()
        CoroutineScope(foreign)
            .async(ctx.asElement()) {
                var copy: Context? = null
                coroutineScope { withContext(CoroutineName("")) { copy = here() shouldBeCopyOf ctx } }
                withContext(CoroutineName("")) { here() shouldBeSameInstanceAs copy }
                yield()
                withContext(Dispatchers.Default) { here() shouldBeSameInstanceAs copy }
            }.await()
    }
})
