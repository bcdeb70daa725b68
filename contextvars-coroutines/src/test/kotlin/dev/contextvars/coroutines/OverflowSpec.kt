// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.coroutines

import dev.contextvars.testing.ChildJvm
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.maps.shouldContainExactly

/** Coroutines in an entered context, in a JVM that begins with a stack overflow. */
class OverflowSpec : FunSpec({
    for (way in listOf("execute", "attach")) {
        test("after an overflow in $way, a rejected builder throws and does not hang") {
            ChildJvm.run("outside.OverflowedJvm", arguments = listOf(way)) shouldContainExactly mapOf(
                "overflow" to "recovered",
                "withContext(ctx)" to "ContextEnteredException",
                "withContext(ctx.asElement())" to "ContextEnteredException",
                "launch(ctx.asSharedElement())" to "ContextEnteredException",
            )
        }
    }
})
