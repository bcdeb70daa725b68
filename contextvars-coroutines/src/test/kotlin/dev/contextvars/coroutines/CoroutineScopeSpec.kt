// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.coroutines

import dev.contextvars.Context
import io.kotest.matchers.collections.shouldBeUnique
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeSameInstanceAs
import kotlinx.coroutines.CoroutineName
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.Job
import kotlinx.coroutines.SupervisorJob
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.launch
import kotlinx.coroutines.plus
import kotlinx.coroutines.withContext

/** Each coroutine of a scope with an element runs in its own copy, as a server's calls do. */
class CoroutineScopeSpec : CoroutineSpec({
    // Each function creates a scope with an element of the given context.
    mapOf<String, (Context) -> CoroutineScope>(
        "CoroutineScope(dispatcher + element)" to { CoroutineScope(one + it.asElement()) },
        "CoroutineScope(element)" to { CoroutineScope(it.asElement()) },
        "CoroutineScope(job + element)" to { CoroutineScope(SupervisorJob() + it.asElement()) },
        "scope + element" to { CoroutineScope(one) + it.asElement() },
        "scope with another element + element" to { CoroutineScope(one + contextOf("x").asElement()) + it.asElement() },
        "scope + name" to { CoroutineScope(one + it.asElement()) + CoroutineName("name") },
        "a server's parent context" to { parent ->
            val parentCoroutineContext = parent.asElement() + CoroutineName("server")
            CoroutineScope(parentCoroutineContext + Job() + Dispatchers.Default)
        },
    ).forEach { (name, scopeWith) ->
        coroutineTest("each coroutine of $name runs in a copy") {
            val ctx = contextOf("scope")
            val scope = scopeWith(ctx)
            val copies = List(10) { n ->
                scope.async {
                    val copy = here() shouldBeCopyOf ctx
                    user.set("$n")
                    resumedElsewhere()
                    here() shouldBeSameInstanceAs copy
                    user.get() shouldBe "$n"
                    copy
                }
            }.awaitAll()
            copies.map(System::identityHashCode).shouldBeUnique()
            ctx[user] shouldBe "scope"
        }

        coroutineTest("withContext of $name runs in place") {
            val ctx = contextOf("scope")
            withContext(scopeWith(ctx).coroutineContext) { shouldRunIn(ctx) { it() } }
        }
    }

    coroutineTest("a coroutine of a scope has the values of the context at its launch") {
        val ctx = contextOf("at the first launch")
        val scope = CoroutineScope(one + ctx.asElement())
        val first = scope.async { user.get() }
        ctx.run { user.set("at the second launch") }
        val second = scope.async { user.get() }
        listOf(first, second).awaitAll() shouldBe listOf("at the first launch", "at the second launch")
    }

    coroutineTest("a coroutine copies the context of its scope, not of its launcher") {
        val application = CoroutineScope(one + contextOf("application").asElement())
        withContext(one + contextOf("request").asElement()) {
            application.async { user.get() }.await() shouldBe "application"
            user.get() shouldBe "request"
        }
    }

    contextTest("a child of a LAZY coroutine copies the parent's snapshot") { ctx ->
        val child = launch(start = CoroutineStart.LAZY) { }
        user.set("later")
        val grandchild = (child as CoroutineScope).async { user.get() }
        child.start()
        grandchild.await() shouldBe "caller"
    }
})
