// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.coroutines

import dev.contextvars.testing.ChildJvm
import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.maps.shouldContainExactly
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldMatch

/** The result of a set in different kinds of code under each setting of the guard; GuardPrograms has the code. */
class GuardTableSpec : FunSpec({
    val table = listOf(
        // Virtual threads need JDK 21.
        Row("coroutines without a context", if (Runtime.version().feature() >= 21) 17 else 16, "throws", "throws"),
        Row("coroutines in a caller's thread or context", 11, on = "sets", strict = "throws"),
        Row("handlers and suspend main", 2, on = "sets", strict = "sets"),
        Row("legitimate programs", 17, on = "sets", strict = "sets"),
    )

    for (guard in listOf("off", "on", "strict")) {
        val lines by lazy { run(guard) }

        for (row in table) {
            test("${row.kind}: a set under guard=$guard") {
                val outcomes = lines.filterKeys { it.startsWith("${row.kind}: ") }
                outcomes shouldContainExactly outcomes.mapValues { row.expected(guard) }
                outcomes.size shouldBe row.programs
            }
        }

        test("the exceptions' texts under guard=$guard") {
            for (where in listOf("without a context", "in the context of other code", "in runBlocking")) {
                withClue(where) { lines["text $where"] shouldMatch expectedText(guard, where) }
            }
        }
    }
})

/** The outcomes of a number of programs of one kind. */
private class Row(val kind: String, val programs: Int, val on: String, val strict: String) {
    fun expected(guard: String) = when (guard) {
        "off" -> "sets"
        "on" -> on
        else -> strict
    }
}

private fun run(guard: String): Map<String, String> = ChildJvm.run(
    "outside.GuardPrograms",
    options = listOf(
        "-Dcontextvars.guard=$guard",
        "-Dkotlinx.coroutines.debug=${System.getProperty("kotlinx.coroutines.debug")}",
        "-ea", // the debug mode "auto" is on with assertions
        "--add-opens=java.base/java.lang=ALL-UNNAMED", // to look for contexts that are left on threads
    ),
)

private fun expectedText(guard: String, where: String): Regex {
    val advice = Regex.escape(
        "runBlocking(Context().asElement()) { … }, CoroutineScope(Context().asElement()), or " +
            "embeddedServer(parentCoroutineContext = …)",
    )
    val v = "<ContextVar name='v' at 0x[0-9a-f]+>"
    return when {
        guard == "strict" && where == "in the context of other code" -> {
            "cannot set $v in <Context object at 0x[0-9a-f]+>: it belongs to the code that started this coroutine, " +
                "not to this coroutine \\(contextvars\\.guard=strict\\)\\. Give the coroutine one: $advice"
        }

        guard == "strict" || (guard == "on" && where == "without a context") -> {
            "cannot set $v on thread .+: this code has no Context, and the next code on this thread would see the " +
                "value\\. Bind one at the root: $advice\\. To allow it: -Dcontextvars\\.guard=off"
        }

        else -> {
            "null"
        }
    }.toRegex()
}
