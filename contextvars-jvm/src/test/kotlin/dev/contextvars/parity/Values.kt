// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.parity

import com.fasterxml.jackson.databind.JsonNode
import com.fasterxml.jackson.databind.node.ArrayNode
import com.fasterxml.jackson.databind.node.JsonNodeFactory
import com.fasterxml.jackson.databind.node.ObjectNode
import dev.contextvars.Token

internal val JSON: JsonNodeFactory = JsonNodeFactory.instance

/** Converts the values of one program between JSON and objects. */
internal class Values {
    private val opaques = HashMap<Long, Opaque>()
    private val keyeds = HashMap<List<Long>, Keyed>()

    /** Equal only to itself. */
    private class Opaque(val number: Long)

    /** Equal by key. The JSON also contains the instance. */
    private class Keyed(val key: Long, val instance: Long) {
        override fun equals(other: Any?) = other is Keyed && other.key == key

        override fun hashCode() = key.hashCode()
    }

    fun fromJson(json: JsonNode): Any? = when {
        json.isNull -> null

        json.isBoolean -> json.booleanValue()

        json.isIntegralNumber -> json.longValue()

        json.isTextual -> json.textValue()

        json.has("o") -> opaques.getOrPut(json["o"].longValue()) { Opaque(json["o"].longValue()) }

        json.has("k") -> json["k"].map { it.longValue() }.let { keyeds.getOrPut(it) { Keyed(it[0], it[1]) } }

        json.has("l") -> json["l"].map(::fromJson)

        // a new list each time
        else -> error("not a value: $json")
    }

    companion object {
        /** Returns the JSON of a value of a program, of a number or of a node. */
        fun toJson(value: Any?): JsonNode = when {
            value == null -> JSON.nullNode()
            value === Token.MISSING -> JSON.objectNode().put("$", "MISSING")
            value is JsonNode -> value
            value is Boolean -> JSON.booleanNode(value)
            value is Int -> JSON.numberNode(value)
            value is Long -> JSON.numberNode(value)
            value is String -> JSON.textNode(value)
            value is Opaque -> JSON.objectNode().put("o", value.number)
            value is Keyed -> JSON.objectNode().set<ObjectNode>("k", array(value.key, value.instance))
            value is List<*> -> JSON.objectNode().set<ObjectNode>("l", arrayFrom(value))
            else -> error("not a value of a program: $value")
        }

        fun array(vararg values: Any?): ArrayNode = arrayFrom(values.asList())

        fun arrayFrom(values: List<*>): ArrayNode = JSON.arrayNode().addAll(values.map(::toJson))

        /** Returns the text for sorting and digests. */
        fun canonical(value: Any?): String = when {
            value === Token.MISSING -> "\$MISSING"
            value is Long -> "i$value"
            value is String -> "s$value"
            value is Opaque -> "o${value.number}"
            value is Keyed -> "k${value.key}.${value.instance}"
            value is List<*> -> value.joinToString(",", "[", "]", transform = ::canonical)
            else -> value.toString() // null or a Boolean
        }
    }
}
