// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.parity

import com.fasterxml.jackson.databind.JsonNode
import dev.contextvars.Context
import dev.contextvars.ContextVar
import dev.contextvars.Token
import dev.contextvars.TokenUsedException
import dev.contextvars.parity.Values.Companion.array
import dev.contextvars.parity.Values.Companion.arrayFrom
import dev.contextvars.parity.Values.Companion.canonical
import java.util.zip.CRC32

private typealias Entry = Map.Entry<ContextVar<*>, Any?>

/** The operations without a body, and the objects of one program by their ids. */
internal class Operations {
    private val values = Values()
    private val variables = HashMap<String, ContextVar<Any?>>()
    private val numbers = HashMap<ContextVar<*>, Int>()
    private val contexts = HashMap<String, Context>()
    private val tokens = HashMap<String, Token<Any?>>()
    private val iterators = HashMap<String, EntryIterator>()
    private val bulks = HashMap<String, Bulk>()

    /** An iterator, the entries that it has returned, and whether the program reads items or only keys. */
    private class EntryIterator(private val iterator: Iterator<Entry>, val items: Boolean) {
        val returned = mutableListOf<Entry>()

        fun advance(most: Int): Int {
            val before = returned.size
            while (returned.size - before < most && iterator.hasNext()) returned += iterator.next()
            return returned.size - before
        }
    }

    private class Bulk(val first: Int, val tokens: Array<Token<Any?>?>)

    fun value(json: JsonNode): Any? = values.fromJson(json)

    fun context(id: JsonNode): Context = contexts.known(id)

    fun set(variable: JsonNode, value: JsonNode, token: JsonNode): Token<Any?> =
        variable(variable).set(value(value)).also { tokens[token.asText()] = it }

    fun perform(name: String, operation: JsonNode): Any? {
        val a = operation[1]
        val b = operation[2]
        val c = operation[3]
        return when (name) {
            "var" -> createVariable(a.asText(), b.asText(), c.takeIf { operation.size() == 5 })
            "ctx" -> createContext(a, Context())
            "copy" -> createContext(a, context(b).copy())
            "copy_current" -> createContext(a, Context.copyContext())
            "set" -> set(a, b, c).oldValue
            "get" -> variable(a).get()
            "getd" -> variable(a).get(value(b))
            "reset" -> reset(a, b)
            "tok" -> describe(tokens.known(a))
            "rget" -> context(a).run<Any?> { variable(b).get() }
            "rset" -> context(a).run<Token<Any?>> { set(b, c, operation[4]) }.oldValue
            "rreset" -> context(a).run<Any?> { reset(b, c) }
            "cget" -> context(a)[variable(b)]
            "cgetd" -> context(a).get(variable(b), value(c))
            "cidx" -> context(a).getValue(variable(b))
            "in" -> variable(b) in context(a)
            "len" -> context(a).size()
            "empty" -> context(a).isEmpty
            "items" -> pairs(context(a))
            "keys" -> ids(context(a))
            "values" -> arrayFrom(context(a).asMap().values.sortedBy { canonical(it) })
            "digest" -> digest(sorted(context(a)))
            "eq" -> context(a).asMap() == context(b).asMap()
            "ne" -> context(a).asMap() != context(b).asMap()
            "iter" -> null.also { iterators[b.asText()] = EntryIterator(context(a).iterator(), c.asText() == "i") }
            "next" -> iterators.known(a).advance(b.asInt())
            "drain" -> drain(iterators.known(a))
            "enter" -> null.also { context(a).enter() }
            "exit" -> null.also { context(a).exit() }
            "vrepr" -> masked(variable(a).toString())
            "trepr" -> masked(tokens.known(a).toString())
            "bulkvar" -> createVariables(a.asInt(), b.asInt())
            "bulkset" -> bulkSet(operation)
            "bulkreset" -> bulkReset(operation)
            "bulkget" -> bulkGet(a.asInt(), b.asInt())
            else -> error("not an operation of the format: $name")
        }
    }

    private fun createVariable(id: String, name: String, default: JsonNode?): String {
        val variable = if (default == null) ContextVar(name) else ContextVar<Any?>(name, value(default))
        variables[id] = variable
        numbers[variable] = id.drop(1).toInt()
        return variable.name
    }

    private fun createVariables(first: Int, count: Int): Int {
        repeat(count) { createVariable("v${first + it}", "b${it % 7}", null) }
        return count
    }

    private fun createContext(id: JsonNode, context: Context): Any? = null.also { contexts[id.asText()] = context }

    private fun reset(variable: JsonNode, token: JsonNode): Any? = null.also {
        variable(variable).reset(tokens.known(token))
    }

    private fun describe(token: Token<Any?>) =
        array(idOf(token.variable), token.oldValue, token.toString().startsWith("<Token used "))

    private fun sorted(entries: Iterable<Entry>): List<Entry> = entries.sortedBy { numbers.getValue(it.key) }

    private fun pairs(entries: Iterable<Entry>) = arrayFrom(sorted(entries).map { array(idOf(it.key), it.value) })

    private fun ids(entries: Iterable<Entry>) = arrayFrom(sorted(entries).map { idOf(it.key) })

    private fun digest(entries: List<Entry>): JsonNode {
        val crc = CRC32()
        entries.forEach { crc.update("${idOf(it.key)}=${canonical(it.value)};".toByteArray()) }
        return array(entries.size, crc.value)
    }

    private fun drain(iterator: EntryIterator): JsonNode {
        iterator.advance(Int.MAX_VALUE)
        return if (iterator.items) pairs(iterator.returned) else ids(iterator.returned)
    }

    private fun bulkSet(operation: JsonNode): Int {
        val first = operation[2].asInt()
        val count = operation[3].asInt()
        val multiplier = operation[6].asLong()
        val bulk = Bulk(first, arrayOfNulls(count))
        repeat(count) { k ->
            val i = index(operation, k, count)
            bulk.tokens[i] = variables.getValue("v${first + i}").set(i * multiplier)
        }
        bulks[operation[1].asText()] = bulk
        return bulk.tokens.count { it!!.oldValue === Token.MISSING }
    }

    private fun bulkReset(operation: JsonNode): JsonNode {
        val bulk = bulks.known(operation[1])
        val count = operation[3].asInt()
        var used = 0
        repeat(count) { k ->
            val i = index(operation, k, bulk.tokens.size)
            try {
                variables.getValue("v${bulk.first + i}").reset(bulk.tokens[i]!!)
            } catch (_: TokenUsedException) {
                used++
            }
        }
        return array(count - used, used)
    }

    private fun bulkGet(first: Int, count: Int): JsonNode {
        val found = List(count) { variables.getValue("v${first + it}").get(null) as Long? }.filterNotNull()
        return array(count - found.size, found.fold(0L) { total, value -> (total * 31 + value) % 1_000_003 })
    }

    /** Returns the k-th index in the order that an operation defines by its stride and offset. */
    private fun index(operation: JsonNode, k: Int, count: Int): Int =
        ((operation[5].asLong() + k * operation[4].asLong()) % count).toInt()

    private fun variable(id: JsonNode): ContextVar<Any?> = variables.known(id)

    private fun idOf(variable: ContextVar<*>) = "v${numbers[variable]}"

    private fun <T> Map<String, T>.known(id: JsonNode): T =
        checkNotNull(get(id.asText())) { "the program has not created $id" }
}
