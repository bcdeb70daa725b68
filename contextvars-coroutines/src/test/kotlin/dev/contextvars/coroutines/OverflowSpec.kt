// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.coroutines

import dev.contextvars.testing.ChildJvm
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.maps.shouldContainExactly

/** In a JVM whose first event is a stack overflow, coroutines in an entered context fail as in any other. */
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
