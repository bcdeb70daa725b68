// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.baggage

import dev.contextvars.Context
import dev.contextvars.ContextVar
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import java.util.UUID

/** What goes out. */
class HeaderSpec : FunSpec({
    test("the header has the listed variables in the order of the list") {
        val id = UUID.fromString("00000000-0000-4000-8000-00000000000a")
        allListed().headerAfter {
            count.set(-7)
            plan.set(Plan.PAID)
            requestId.set(id)
            tenant.set("acme")
        } shouldBe "tenant=acme,request-id=$id,plan=PAID,count=-7"
    }

    test("a thread without a context has no header, and gets no context") {
        onNewThread {
            allListed().header() shouldBe null
            allListed().forEach { key, _ -> error(key) }
            Context.copyContext().isEmpty shouldBe true
        }
    }

    test("a context without a listed variable has no header") {
        val baggage = allListed()
        baggage.headerAfter { } shouldBe null
        baggage.headerAfter { ContextVar<String>("tenant").set("of the same name") } shouldBe null
        baggage.ignoredCount() shouldBe 0
    }

    test("an empty list has no header") {
        BaggageVariables.builder().build().headerAfter { tenant.set("acme") } shouldBe null
    }

    test("a variable that is set to null has no member") {
        val baggage = BaggageVariables
            .builder()
            .add(user, ValueCodec.STRING)
            .add(tenant, ValueCodec.STRING)
            .build()
        baggage.headerAfter { user.set(null) } shouldBe null
        baggage.headerAfter { listOf(user.set(null), tenant.set("acme")) } shouldBe "tenant=acme"
        baggage.headerAfter { user.set("alice") } shouldBe "user=alice"
        baggage.ignoredCount() shouldBe 0
    }

    test("a default is not sent") {
        val withDefault = ContextVar("tenant", "none")
        val computed = ContextVar.builder<String>("user").defaultSupplier { "nobody" }.build()
        val baggage = BaggageVariables
            .builder()
            .add(withDefault, ValueCodec.STRING)
            .add(computed, ValueCodec.STRING)
            .build()
        baggage.headerAfter { } shouldBe null
    }

    test("a variable may have a key that is not its name, and several keys") {
        val baggage = BaggageVariables
            .builder()
            .add("tenant.id", tenant, ValueCodec.STRING)
            .add("tenantId", tenant, ValueCodec.STRING)
            .build()
        baggage.headerAfter { tenant.set("acme") } shouldBe "tenant.id=acme,tenantId=acme"
        baggage.read("tenantId=new,tenant.id=old")[tenant] shouldBe "new"
    }

    listOf(
        "az AZ 09" to "az%20AZ%2009",
        "-._~" to "-._~",
        "!\"#$%&'()*+,/:;<=>?@[\\]^`{|}" to
            "%21%22%23%24%25%26%27%28%29%2A%2B%2C%2F%3A%3B%3C%3D%3E%3F%40%5B%5C%5D%5E%60%7B%7C%7D",
        "Amélie" to "Am%C3%A9lie",
        "\u07ff\u0800\uffff" to "%DF%BF%E0%A0%80%EF%BF%BF",
        "\uD83D\uDE00" to "%F0%9F%98%80",
        "\u00a0\uFFFD" to "%C2%A0%EF%BF%BD",
        "" to "",
    ).forEach { (value, encoded) ->
        test("the value '$value' is written as '$encoded' and read back") {
            tenantListed().headerAfter { tenant.set(value) } shouldBe "tenant=$encoded"
            tenantListed().tenantIn("tenant=$encoded") shouldBe value
        }
    }

    mapOf(
        "an unpaired high surrogate" to "a\uD800",
        "an unpaired high surrogate in the middle" to "a\uD800b",
        "an unpaired low surrogate" to "\uDC00a",
        "surrogates in the wrong order" to "\uDE00\uD83D",
        "a line feed" to "a\r\nX-Evil: 1",
        "a NUL" to "a\u0000",
        "a delete character" to "a\u007f",
        "a C1 control character" to "a\u0085",
        "a line separator" to "a\u2028",
        "a paragraph separator" to "a\u2029",
        "257 characters" to "a".repeat(257),
    ).forEach { (what, value) ->
        test("a value with $what is left out and counted") {
            val baggage = allListed()
            baggage.headerAfter { listOf(tenant.set(value), plan.set(Plan.FREE)) } shouldBe "plan=FREE"
            baggage.ignoredCount() shouldBe 1
            baggage.headerAfter { tenant.set(value) } shouldBe null
            baggage.ignoredCount() shouldBe 2
        }
    }

    test("a value of the greatest length is sent, and read by its own reader") {
        val longest = "€".repeat(256)
        val baggage = tenantListed()
        val header = baggage.headerAfter { tenant.set(longest) }
        header shouldBe "tenant=" + "%E2%82%AC".repeat(256)
        baggage.read(header)[tenant] shouldBe longest
        baggage.ignoredCount() shouldBe 0
    }

    test("a member that does not fit is left out whole, and later ones that fit are sent") {
        val baggage = BaggageVariables
            .builder()
            .add("a", tenant, ValueCodec.STRING)
            .add("b", user, ValueCodec.STRING)
            .add("c", plan, ValueCodec.enumOf(Plan::class.java))
            .maxHeaderLength("a=12,c=FREE".length)
            .build()

        fun header(user: String) = baggage.headerAfter {
            tenant.set("12")
            dev.contextvars.baggage.user
                .set(user)
            plan.set(Plan.FREE)
        }
        header("1234567") shouldBe "a=12,c=FREE"
        baggage.ignoredCount() shouldBe 1
        header("%") shouldBe "a=12,b=%25" // just fits, and then c does not
        baggage.ignoredCount() shouldBe 2
    }

    test("a value whose codec throws a RuntimeException or returns null is left out") {
        listOf<(String) -> String?>({ throw IllegalStateException("the value $it") }, { null }).forEach { encode ->
            val baggage = BaggageVariables
                .builder()
                .add(tenant, ValueCodec.of({ encode(it) }, { it }))
                .add(plan, ValueCodec.enumOf(Plan::class.java))
                .build()
            baggage.headerAfter { listOf(tenant.set("acme"), plan.set(Plan.PAID)) } shouldBe "plan=PAID"
            baggage.ignoredCount() shouldBe 1
        }
    }

    test("an Error of a codec propagates") {
        val baggage = BaggageVariables
            .builder()
            .add(tenant, ValueCodec.of({ throw StackOverflowError() }, { throw OutOfMemoryError() }))
            .build()
        shouldThrow<StackOverflowError> { baggage.headerAfter { tenant.set("acme") } }
        shouldThrow<OutOfMemoryError> { baggage.read("tenant=acme") }
    }

    test("forEach passes key and text of bound variables, and null for what must not be sent") {
        val baggage = BaggageVariables
            .builder()
            .add(tenant, ValueCodec.STRING)
            .add(user, ValueCodec.STRING)
            .add(plan, ValueCodec.enumOf(Plan::class.java))
            .add(count, ValueCodec.LONG)
            .build()
        val seen = mutableListOf<Pair<String, String?>>()
        Context().run {
            tenant.set("a b")
            user.set(null)
            count.set(1)
            baggage.forEach { key, text -> seen += key to text }
            tenant.set("a\nb")
            baggage.forEach { key, text -> seen += key to text }
        }
        seen shouldContainExactly listOf(
            "tenant" to "a b",
            "user" to null,
            "count" to "1",
            "tenant" to null,
            "user" to null,
            "count" to "1",
        )
        baggage.ignoredCount() shouldBe 1
    }
})
