// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.coroutines

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.SupervisorJob
import kotlinx.coroutines.async
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.isActive
import kotlinx.coroutines.withContext

/** Without a dispatcher, kotlinx.coroutines shows an element the caller's job first (#2930). */
class RefusedWithoutDispatcherSpec : FunSpec({
    val one = autoClose(worker("refused-1"))
    val two = autoClose(worker("refused-2"))

    afterEach { threadsShouldBeClean() }

    mapOf(
        "a dispatcher" to one,
        "an interceptor that is no dispatcher" to ForeignInterceptor(one.executor),
    ).forEach { (name, interceptor) ->
        coroutineTest("withContext(ctx) under $name fails while a thread is in ctx, and its caller goes on") {
            val ctx = contextOf("alice")
            two.call { ctx.enter() }
            try {
                CoroutineScope(interceptor + SupervisorJob())
                    .async {
                        shouldThrow<IllegalStateException> { withContext(ctx) { user.set("bob") } }
                        currentCoroutineContext().isActive shouldBe true
                    }.await()
            } finally {
                two.call { ctx.exit() }
            }
            ctx[user] shouldBe "alice"
        }
    }
})
