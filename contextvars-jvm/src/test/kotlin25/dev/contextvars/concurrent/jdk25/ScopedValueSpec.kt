// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.concurrent.jdk25

import dev.contextvars.Context
import dev.contextvars.ContextVar
import dev.contextvars.testing.Output
import dev.contextvars.testing.Snippets
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe

private const val SOURCE = "contextvars-jvm/src/test/kotlin25/dev/contextvars/concurrent/jdk25/ScopedValueSpec.kt"

class ScopedValueSpec : FunSpec({
    test("the example in docs/migrating/scopedvalue.md prints the lines in its comments") {
        val user = ContextVar<String>("user")
        val oldUser = ScopedValue.newInstance<String>()
        val output = Output.of {
            // snippet: sideBySide
            // New code that is called by old code:
            ScopedValue.where(oldUser, "alice").run {
                val request = Context().with(user, oldUser.get())
                request.execute { println(user.get()) } // prints alice
            }

            // Old code that is called by new code:
            Context().with(user, "bob").execute {
                ScopedValue.where(oldUser, user.get()).run {
                    println(oldUser.get()) // prints bob
                }
            }
            // end: sideBySide
        }
        output shouldBe Snippets.of(SOURCE).single().prints
    }
})
