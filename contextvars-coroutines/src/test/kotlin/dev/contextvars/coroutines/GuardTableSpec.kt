// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.coroutines

import dev.contextvars.testing.ChildJvm
import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.maps.shouldContainExactly
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldMatch

/** The result of a set in different kinds of code under each setting of the guard; GuardPrograms has the code. */
class GuardTableSpec : FunSpec({
    val table = listOf(
        Row("coroutines without a context", on = "throws", strict = "throws", programs = withoutContext),
        Row("coroutines in a caller's thread or context", on = "sets", strict = "throws", programs = blocking),
        Row("handlers and suspend main", on = "sets", strict = "sets", programs = handlers),
        Row("legitimate programs", on = "sets", strict = "sets", programs = legitimate),
    )

    for (guard in listOf("off", "on", "strict")) {
        val lines by lazy { run(guard) }
        val outcomes by lazy { lines.filterKeys { !it.startsWith("text ") } }

        for (row in table) {
            test("${row.name}: a set under guard=$guard") {
                outcomes.filterKeys { it in row.programs } shouldContainExactly
                    row.programs.associateWith { row.expected(guard) }
            }
        }

        test("the table has a row for each program under guard=$guard") {
            outcomes.keys shouldBe table.flatMap { it.programs }.toSet()
        }

        test("the exceptions' texts under guard=$guard") {
            for (where in listOf("without a context", "in the context of other code", "in runBlocking")) {
                withClue(where) { lines["text $where"] shouldMatch expectedText(guard, where) }
            }
        }
    }

    test("the 17 legitimate programs are listed") {
        legitimate shouldHaveSize 17
    }
})

private class Row(val name: String, val on: String, val strict: String, val programs: List<String>) {
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

private val withoutContext = listOfNotNull(
    "launch on newFixedThreadPoolContext",
    "async on a pool",
    "future on a pool",
    "flowOn a pool",
    "launch on an executor",
    "after a delay on an executor",
    "launch on a ForkJoinPool",
    "launch on virtual threads".takeIf { Runtime.version().feature() >= 21 },
    "suspend main after a delay",
    "withContext(ctx) after a delay in suspend main",
    "GlobalScope UNDISPATCHED on a plain thread",
    "GlobalScope Unconfined on a plain thread",
    "invokeOnCompletion on a pool thread",
    "Dispatchers.Default",
    "Dispatchers.IO",
    "Dispatchers.IO.asExecutor()",
)

private val blocking = listOf(
    "runBlocking",
    "a child of runBlocking",
    "runTest",
    "runBlocking on a thread with an implicit context",
    "a child of runBlocking on a thread with an implicit context",
    "runTest on a thread with an implicit context",
    "runBlocking in ctx.run",
    "runBlocking in ctx.run, after a run of another context",
    "runBlocking in a coroutine with an element",
    "GlobalScope UNDISPATCHED in a coroutine with an element",
    "GlobalScope Unconfined in a coroutine with an element",
)

private val handlers = listOf("an invokeOnCancellation handler", "suspend main before its first suspension")

private val legitimate = listOf(
    "a plain pool",
    "sequence",
    "DeepRecursiveFunction",
    "a generator with startCoroutine",
    "CompletableFuture",
    "a parallel stream",
    "an element on every dispatcher",
    "withContext(ctx)",
    "ctx.run in a coroutine",
    "ctx.run in a coroutine, after a nested run",
    "swap in a coroutine",
    "enter and exit in a coroutine",
    "an UNDISPATCHED child",
    "an Unconfined child",
    "runTest with an element",
    "flowOn an element",
    "25,000 sets over hops",
)
