// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.baggage

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import java.util.UUID

/** What comes in. */
class ReadSpec : FunSpec({
    test("read returns listed members among any others") {
        val id = UUID.fromString("00000000-0000-4000-8000-00000000000a")
        val received = allListed().read("other=1,plan=PAID,request-id=$id,tenant=acme,count=-7,more=2")
        received.isEmpty shouldBe false
        received[tenant] shouldBe "acme"
        received[requestId] shouldBe id
        received[plan] shouldBe Plan.PAID
        received[count] shouldBe -7
    }

    test("unknown keys are ignored and not counted") {
        val baggage = tenantListed()
        listOf(
            "other=1",
            "Tenant=a",
            "tenan=a",
            "tenants=a",
            "TENANT=%zz",
            "=a",
            "te nant=a",
            "tenant;p=a",
            "ten\u00e4nt=a",
        ).forEach { baggage.read(it).isEmpty shouldBe true }
        baggage.ignoredCount() shouldBe 0
    }

    test("members without an equals sign are ignored and not counted") {
        val baggage = tenantListed()
        listOf("", " ", ",", ",,;,", "tenant", "tenant;p", ";tenant").forEach { baggage.read(it).isEmpty shouldBe true }
        baggage.tenantIn("tenant,tenant=acme") shouldBe "acme"
        baggage.tenantIn("tenant=acme,tenant") shouldBe "acme"
        baggage.ignoredCount() shouldBe 0
    }

    listOf(
        "tenant=acme",
        " tenant=acme ",
        "tenant =acme",
        "tenant= acme",
        "\ttenant \t= \tacme\t ",
        "a=1 , tenant = acme , b=2",
        "tenant=acme ;p=1",
        ",tenant=acme,",
        "a,,tenant=acme",
    ).forEach { header ->
        test("spaces, tabs and empty members are allowed: '$header'") {
            tenantListed().tenantIn(header) shouldBe "acme"
        }
    }

    listOf("tenant=acme;p=1", "tenant=acme;p", "tenant=acme;", "tenant=acme;p=1;q=%zz;\"", "tenant=acme; tenant=evil")
        .forEach { header ->
            test("properties are ignored: '$header'") {
                tenantListed().tenantIn(header) shouldBe "acme"
            }
        }

    test("a value may contain equals signs, and may be empty") {
        tenantListed().tenantIn("tenant==a==b=") shouldBe "=a==b="
        tenantListed().tenantIn("tenant=") shouldBe ""
        tenantListed().tenantIn("tenant=;p=1") shouldBe ""
    }

    test("of a key that occurs more than once the last valid value counts") {
        val baggage = tenantListed()
        baggage.tenantIn("tenant=a,tenant=b") shouldBe "b"
        baggage.read(listOf("tenant=a", "tenant=b"))[tenant] shouldBe "b"
        baggage.ignoredCount() shouldBe 0
        baggage.tenantIn("tenant=a,tenant=%zz") shouldBe "a"
        baggage.tenantIn("tenant=%zz,tenant=b") shouldBe "b"
        baggage.read(listOf("tenant=a", "tenant=%zz"))[tenant] shouldBe "a"
        baggage.ignoredCount() shouldBe 3
    }

    mapOf(
        "no hex digits" to "%zz",
        "one hex digit" to "%2z",
        "full-width digits" to "%\uFF12\uFF10",
        "a lone percent sign" to "a%",
        "a code that is cut off" to "a%2",
        "a code that ends at a property" to "%4;1",
        "an encoded surrogate" to "%ED%A0%80",
        "an overlong octet sequence" to "%C0%80",
        "a sequence that is cut off" to "%E2%82",
        "a lone continuation" to "%80",
        "a code point beyond Unicode" to "%F4%90%80%80",
        "Latin-1 for UTF-8" to "Am%E9lie",
        "a raw space inside" to "a b",
        "a raw tab inside" to "a\tb",
        "a raw quote" to "\"a\"",
        "a raw backslash" to "a\\b",
        "a raw control character" to "a\u0001",
        "a raw line feed" to "a\nb",
        "a raw delete character" to "a\u007f",
        "raw UTF-8" to "Amélie",
        "a raw high surrogate" to "\uD800",
        "an encoded line feed and a header" to "a%0D%0AX-Evil:1",
        "an encoded NUL" to "a%00",
        "an encoded delete character" to "%7F",
        "an encoded C1 control character" to "%C2%85",
        "an encoded line separator" to "%E2%80%A8",
        "an encoded paragraph separator" to "%E2%80%A9",
        "257 characters" to "a".repeat(257),
        "257 encoded characters" to "%41".repeat(257),
        "more than 256 characters can take" to "%E2%82%AC".repeat(257),
    ).forEach { (what, value) ->
        test("a member with $what is rejected and counted, and the others are read") {
            val baggage = allListed()
            val received = baggage.read("count=1,tenant=$value,plan=FREE")
            received[tenant] shouldBe null
            received[count] shouldBe 1
            received[plan] shouldBe Plan.FREE
            baggage.ignoredCount() shouldBe 1
        }
    }

    listOf("a+b" to "a+b", "%2B" to "+", "%c3%A9" to "é", "%25zz" to "%zz", "%41" to "A").forEach { (value, text) ->
        test("'$value' is decoded to '$text'") {
            tenantListed().tenantIn("tenant=$value") shouldBe text
        }
    }

    test("a codec that throws a RuntimeException or returns null rejects the member") {
        listOf<(String) -> String?>({ error("the value $it") }, { null }).forEach { decode ->
            val baggage = BaggageVariables
                .builder()
                .add(tenant, ValueCodec.of({ it }, { decode(it) }))
                .add(plan, ValueCodec.enumOf(Plan::class.java))
                .build()
            val received = baggage.read("tenant=acme,plan=PAID")
            received[tenant] shouldBe null
            received[plan] shouldBe Plan.PAID
            baggage.ignoredCount() shouldBe 1
        }
    }

    test("null is an empty header, alone and in a list") {
        val baggage = tenantListed()
        baggage.read(null as String?).isEmpty shouldBe true
        baggage.read(emptyList()).isEmpty shouldBe true
        baggage.read(listOf(null)).isEmpty shouldBe true
        baggage.read(listOf(null, "tenant=a", null, ""))[tenant] shouldBe "a"
        baggage.ignoredCount() shouldBe 0
    }

    test("a null list throws NullPointerException") {
        val read = BaggageVariables::class.java.getMethod("read", Iterable::class.java)
        shouldThrow<java.lang.reflect.InvocationTargetException> { read.invoke(tenantListed(), null) }
            .targetException.message shouldBe "headers"
    }

    test("the limits of a header and of a value are inclusive") {
        val baggage = tenantListed { maxHeaderLength(10).maxValueLength(3) }
        baggage.tenantIn("tenant=abc") shouldBe "abc"
        baggage.tenantIn("tenant=%41") shouldBe "A"
        baggage.tenantIn("tenant=abc,") shouldBe null
        baggage.ignoredCount() shouldBe 1
        tenantListed { maxValueLength(2) }.tenantIn("tenant=abc") shouldBe null
    }

    test("the header that passes the limit and all later ones are ignored unread and counted") {
        val baggage = tenantListed { maxHeaderLength(20) }
        baggage.read(listOf("tenant=1", null, "tenant=22222", "x"))[tenant] shouldBe "22222" // 8 + 12 characters
        baggage.ignoredCount() shouldBe 1
        baggage.read(listOf("tenant=1", "tenant=222222", "tenant=3", null, "x"))[tenant] shouldBe "1"
        baggage.ignoredCount() shouldBe 4
        baggage.read(listOf("tenant=" + "a".repeat(20), "tenant=b")).isEmpty shouldBe true
        baggage.ignoredCount() shouldBe 6
    }

    test("the total length of headers cannot overflow") {
        val half = "x".repeat(1 shl 20)
        val baggage = tenantListed { maxHeaderLength(Int.MAX_VALUE) }
        val headers = List(2_050) { half } + "tenant=late"
        baggage.read(headers).isEmpty shouldBe true
        baggage.ignoredCount() shouldBe 4 // 2,047 fit
    }

    test("a header of 1,000,000 characters is ignored") {
        val baggage = tenantListed()
        baggage.tenantIn("tenant=a," + "x".repeat(1_000_000)) shouldBe null
        baggage.ignoredCount() shouldBe 1
    }

    test("the number of members is bounded by the length alone") {
        tenantListed().tenantIn("k=v,".repeat(2_000) + "tenant=acme") shouldBe "acme"
        tenantListed().tenantIn(",".repeat(8_181) + "tenant=acme") shouldBe "acme"
        val large = tenantListed { maxHeaderLength(1_000_000) }
        large.tenantIn("k=v;p=1,".repeat(10_000) + "tenant=acme") shouldBe "acme"
        large.tenantIn("tenant=%zz,".repeat(10_000) + "tenant=acme") shouldBe "acme"
        large.ignoredCount() shouldBe 10_000
    }

    test("strings as carriers send them do not throw") {
        val baggage = allListed()
        listOf(
            "=",
            ";",
            "==",
            "tenant=,",
            "tenant=;",
            "tenant==",
            ",tenant",
            "\u0000",
            "\uD83D\uDE00=1",
            "%=%",
            "tenant=%",
        ).forEach { baggage.read(it) }
    }
})
