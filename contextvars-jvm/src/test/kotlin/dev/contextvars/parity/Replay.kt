// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.parity

import com.fasterxml.jackson.databind.JsonNode
import com.fasterxml.jackson.databind.node.ObjectNode
import dev.contextvars.ContextEnteredException
import dev.contextvars.ContextNotCurrentException
import dev.contextvars.ContextNotEnteredException
import dev.contextvars.TokenUsedException
import dev.contextvars.UnboundVariableException
import dev.contextvars.WrongContextException
import dev.contextvars.WrongVariableException
import dev.contextvars.parity.Values.Companion.array
import kotlin.concurrent.thread

/**
 * Replays one program through the public API, and compares each operation's outcome with CPython's.
 *
 * This class has the control flow: bodies, threads and errors that propagate. [Operations] has the other operations.
 */
internal class Replay private constructor(private val program: Program) {
    private val operations = Operations()

    /** The outcomes that differ from CPython's. */
    val differences = mutableListOf<String>()
    var executed = 0
        private set

    /** Runs a body to its end, to a `return`, or to an error that propagates. */
    private fun body(body: JsonNode, path: String): Any? {
        body.forEachIndexed { i, operation ->
            executed++
            when (operation[0].asText()) {
                "return" -> return operations.value(operation[1])
                "raise" -> throw UserError(operation[1].asText())
                else -> step(operation, "$path/$i")
            }
        }
        return null
    }

    private fun step(operation: JsonNode, path: String) {
        val name = operation[0].asText()
        val result = runCatching { Values.toJson(perform(name, operation, path)) }
        val outcome = result.fold({ JSON.objectNode().set<ObjectNode>("v", it) }, { errorOf(name, it) })
        val expected = operation.last()
        // As text, because Jackson distinguishes an int 5 from a long 5.
        if (outcome.toString() != expected.toString()) {
            differences += "${program.id} at $path $name ${operation[1]}\n  expected $expected\n  actual   $outcome"
        }
        val propagates = name in setOf("run", "thread", "with") && operation[operation.size() - 2].asInt() == 1
        if (propagates) result.getOrThrow()
    }

    private fun perform(name: String, operation: JsonNode, path: String): Any? = when (name) {
        "run" -> {
            operations.context(operation[1]).run<Any?> { body(operation[2], "$path/run") }
        }

        "thread" -> {
            onThread { body(operation[1], "$path/thread") }
        }

        // Not use { }: if the body and the reset both fail, Python raises the error of the reset.
        "with" -> {
            val token = operations.set(operation[1], operation[2], operation[3])
            try {
                body(operation[4], "$path/with")
            } finally {
                token.close()
            }
        }

        else -> {
            operations.perform(name, operation)
        }
    }

    companion object {
        fun of(program: Program): Replay =
            Replay(program).also { replay -> onThread { replay.body(program.operations, "") } }
    }
}

/** An error that a program raises itself. */
private class UserError(name: String) : RuntimeException(name)

/** Runs the body on a new thread, and returns its result or throws its error. */
private fun <T> onThread(body: () -> T): T {
    var result: Result<T>? = null
    thread { result = runCatching(body) }.join()
    return result!!.getOrThrow()
}

/** Returns the outcome of an operation that throws: the error's type, code and text in CPython. */
private fun errorOf(operation: String, thrown: Throwable): JsonNode {
    val (type, code) = when (thrown) {
        is TokenUsedException -> "RuntimeError" to "TOKEN_USED"
        is WrongVariableException -> "ValueError" to "TOKEN_OTHER_VAR"
        is WrongContextException -> "ValueError" to "TOKEN_OTHER_CONTEXT"
        is UnboundVariableException -> if (operation == "cidx") "KeyError" to "KEY" else "LookupError" to "LOOKUP"
        is ContextEnteredException -> "RuntimeError" to "ALREADY_ENTERED"
        is ContextNotEnteredException -> "RuntimeError" to "NOT_ENTERED"
        is ContextNotCurrentException -> "RuntimeError" to "NOT_CURRENT"
        is UserError -> "UserError" to "USER"
        else -> throw thrown // not an outcome, but an error of the library or of this replay
    }
    return JSON.objectNode().set<ObjectNode>("e", array(type, code, masked(thrown.message.orEmpty())))
}

private val DEFAULT = Regex(" default=.*? at 0x")
private val ADDRESS = Regex("0x[0-9a-f]+")

/** Masks the parts of a text that differ between runs, as the trace does. */
internal fun masked(text: String): String = text.replace(DEFAULT, " default=* at 0x").replace(ADDRESS, "0x*")
