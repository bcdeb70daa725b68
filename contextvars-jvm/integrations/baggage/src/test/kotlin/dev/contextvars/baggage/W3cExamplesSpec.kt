// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.baggage

import dev.contextvars.ContextVar
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.maps.shouldContainExactly
import io.kotest.matchers.shouldBe

/** The examples and the limits of the W3C recommendation "Propagation format for distributed context: Baggage". */
class W3cExamplesSpec : FunSpec({
    fun read(vararg headers: String): Map<String, String> {
        val variables = KEYS.map { ContextVar<String>(it) }
        val builder = BaggageVariables.builder()
        variables.forEach { builder.add(it, ValueCodec.STRING) }
        val received = builder.build().read(headers.asList())
        return variables.mapNotNull { variable -> received[variable]?.let { variable.name to it } }.toMap()
    }

    test("the example of the header: three members, two of them with properties") {
        read("key1=value1;property1;property2, key2 = value2, key3=value3; propertyKey=propertyValue")
            .shouldContainExactly(mapOf("key1" to "value1", "key2" to "value2", "key3" to "value3"))
    }

    val entries = mapOf("userId" to "alice", "serverNode" to "DF 28", "isProduction" to "false")

    test("the example of HTTP headers: a single header") {
        read("userId=alice,serverNode=DF%2028,isProduction=false") shouldContainExactly entries
    }

    test("the example of HTTP headers: several headers") {
        read("userId=alice", "serverNode=DF%2028,isProduction=false") shouldContainExactly entries
    }

    test("the example of HTTP headers: values and names that begin and end with spaces") {
        read("userId =   alice", "serverNode = DF%2028, isProduction = false") shouldContainExactly entries
    }

    test("the example of HTTP headers: a value that is not ASCII") {
        read("userId=Am%C3%A9lie,serverNode=DF%2028,isProduction=false")
            .shouldContainExactly(entries + ("userId" to "Amélie"))
    }

    test("a value may contain equals signs") {
        read("key1=SomeValue=equals") shouldContainExactly mapOf("key1" to "SomeValue=equals")
    }

    test("optional white space is not a part of keys and values") {
        read("key1 \t = \t v1 \t ; \t p \t , \t key2 \t = \t v2 \t ; \t q \t = \t r")
            .shouldContainExactly(mapOf("key1" to "v1", "key2" to "v2"))
    }

    test("all printable characters survive percent-encoding") {
        read("key1=%09%20%22%27%3B%3Dasdf%21%40%23%24%25%5E%26%2A%28%29") shouldBe emptyMap() // a tab: rejected
        read("key1=%20%22%27%3B%3Dasdf%21%40%23%24%25%5E%26%2A%28%29")
            .shouldContainExactly(mapOf("key1" to " \"';=asdf!@#$%^&*()"))
    }

    test("64 members and 8192 characters are written, and read") {
        val variables = List(64) { ContextVar<String>("key$it") }
        val builder = BaggageVariables.builder()
        variables.forEach { builder.add(it, ValueCodec.STRING) }
        val baggage = builder.build()
        val header = baggage.headerAfter { variables.forEach { it.set("v".repeat(119)) } }!!
        header.split(',').size shouldBe 64
        val padded = "$header," + "x".repeat(8192 - header.length - 1)
        padded.length shouldBe 8192
        variables.count { baggage.read(padded)[it] == "v".repeat(119) } shouldBe 64
        baggage.ignoredCount() shouldBe 0
    }
})

private val KEYS = listOf("key1", "key2", "key3", "userId", "serverNode", "isProduction")
