// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.coroutines

import dev.contextvars.Context
import io.kotest.core.spec.style.FunSpec
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
import java.util.concurrent.CompletableFuture
import java.util.concurrent.TimeUnit
import kotlin.coroutines.Continuation
import kotlin.coroutines.CoroutineContext
import kotlin.coroutines.EmptyCoroutineContext
import kotlin.coroutines.startCoroutine

/**
 * Where no dispatcher runs a coroutine, kotlinx.coroutines calls thread elements in `withContext` alone (#2930). There,
 * the rules hold up to the first suspension, and all the way once a dispatcher is named.
 */
class InterceptorSpec : FunSpec({
    val one = autoClose(worker("interceptor-1"))
    val two = autoClose(worker("interceptor-2"))
    val foreign = ForeignInterceptor(one.executor)

    afterEach { threadsShouldBeClean() }

    // What `suspend fun main` is: started with no interceptor, no job, nothing. It goes on on whatever thread resumes it.
    fun suspendMain(context: CoroutineContext = EmptyCoroutineContext, body: suspend () -> Unit) {
        val ended = CompletableFuture<Unit>()
        one.call {
            body.startCoroutine(
                Continuation(context) { it.fold(ended::complete, ended::completeExceptionally) },
            )
        }
        ended.orTimeout(1, TimeUnit.MINUTES).join()
    }

    test("suspend main: withContext(element) runs in the context itself until it suspends") {
        val ctx = contextOf("alice")
        suspendMain {
            withContext(ctx.asElement()) {
                here() shouldBeSameInstanceAs ctx
                user.set("bob")
                coroutineScope { here() shouldBeSameInstanceAs ctx }
            }
            here().shouldBeNull()
        }
        ctx[user] shouldBe "bob"
    }

    test("suspend main: withContext(element) that suspends leaves its caller and its threads clean") {
        val ctx = contextOf("alice")
        suspendMain {
            withContext(ctx.asElement()) {
                here() shouldBeSameInstanceAs ctx
                resumedElsewhere()
                here().shouldBeNull() // nobody called the element; with a dispatcher, somebody does
            }
            here().shouldBeNull()
        }
        ctx[user] shouldBe "alice"
    }

    test("suspend main: withContext(dispatcher + element) runs in the context itself all the way") {
        val ctx = contextOf("alice")
        suspendMain {
            withContext(two + ctx.asElement()) {
                shouldRunIn(ctx) { it() }
                shouldRunInCopyOf(ctx) { block -> launch { block() }.join() }
            }
        }
    }

    test("suspend main: an element in the context it is started with is used from the first dispatcher on") {
        val ctx = contextOf("alice")
        suspendMain(ctx.asElement()) {
            here().shouldBeNull()
            withContext(two) { shouldRunIn(ctx) { it() } }
        }
        ctx[user] shouldBe "after the suspension"
    }

    coroutineTest(
        "an interceptor that is no dispatcher: withContext(element) runs in the context itself until it suspends",
    ) {
        val ctx = contextOf("alice")
        CoroutineScope(foreign)
            .async {
                withContext(ctx.asElement()) {
                    here() shouldBeSameInstanceAs ctx
                    user.set("bob")
                }
                here().shouldBeNull()
                coroutineScope { withContext(ctx.asElement()) { here() shouldBeSameInstanceAs ctx } }
                withContext(ctx.asElement() + CoroutineName("")) {
                    here() shouldBeSameInstanceAs ctx
                    resumedElsewhere()
                }
                here().shouldBeNull()
            }.await()
        ctx[user] shouldBe "bob"
    }

    coroutineTest("an interceptor that is no dispatcher: withContext in another context goes into its own") {
        val (outer, inner) = contextOf("outer") to contextOf("inner")
        CoroutineScope(foreign + outer.asElement())
            .async {
                withContext(inner.asElement()) {
                    here() shouldBeSameInstanceAs inner
                    withContext(CoroutineName("")) { here() shouldBeSameInstanceAs inner }
                }
            }.await()
    }

    coroutineTest("an interceptor that is no dispatcher: a new coroutine gets its copy at the first dispatcher") {
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

    coroutineTest("an interceptor that is no dispatcher: the copy of a new coroutine stays the one it is") {
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
