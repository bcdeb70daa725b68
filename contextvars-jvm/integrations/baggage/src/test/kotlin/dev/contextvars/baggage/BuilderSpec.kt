// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.baggage

import dev.contextvars.ContextVar
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldNotContain
import java.lang.reflect.InvocationTargetException

class BuilderSpec : FunSpec({
    fun rejection(block: BaggageVariables.Builder.() -> Unit): String {
        val builder = BaggageVariables.builder()
        val message = shouldThrow<IllegalArgumentException> { builder.block() }.message!!
        builder.build().headerAfter { listOf(tenant.set("acme"), password.set("secret")) } shouldBe null
        return message
    }

    listOf(
        "",
        " ",
        "a b",
        "a,b",
        "a=b",
        "a;b",
        "a\"",
        "a\\",
        "a/b",
        "a:b",
        "a@b",
        "[a]",
        "{a}",
        "(a)",
        "<a>",
        "a?",
        "ä",
        "a\n",
        "a\u007f",
    ).forEach { key ->
        test("the key '$key' is rejected, as it is no token") {
            rejection { add(key, tenant, ValueCodec.STRING) } shouldBe
                "the key '$key' of $tenant is not a token of RFC 7230"
        }
    }

    test("a name that is no token is rejected as a key") {
        val spaced = ContextVar<String>("request id")
        rejection { add(spaced, ValueCodec.STRING) } shouldContain "'request id'"
    }

    test("every character of a token may be in a key") {
        val key = "!#$%&'*+-.^_`|~09azAZ"
        val baggage = BaggageVariables.builder().add(key, tenant, ValueCodec.STRING).build()
        baggage.headerAfter { tenant.set("acme") } shouldBe "$key=acme"
        baggage.tenantIn(" $key = acme") shouldBe "acme"
    }

    test("a redacted variable is rejected by name, without its default") {
        rejection { add(password, ValueCodec.STRING) } shouldBe "$password is redacted and must not be sent"
        val withDefault = ContextVar
            .builder<String>("pin")
            .defaultValue("1234")
            .redacted()
            .build()
        rejection { add(withDefault, ValueCodec.STRING) } shouldNotContain "1234"
        rejection { add("other-name", password, ValueCodec.STRING) } shouldContain "name='password'"
    }

    test("a variable whose values look redacted is accepted") {
        BaggageVariables
            .builder()
            .add(ContextVar("tenant", "<redacted>"), ValueCodec.STRING)
            .add(ContextVar.builder<String>("user").excludeFromCopies().build(), ValueCodec.STRING)
            .build()
            .read("tenant=a")
            .isEmpty shouldBe false
    }

    test("a key that was added before is rejected, and the first variable keeps it") {
        val other = ContextVar<String>("tenant")
        val builder = BaggageVariables.builder().add(tenant, ValueCodec.STRING)
        shouldThrow<IllegalArgumentException> { builder.add(other, ValueCodec.STRING) }.message shouldBe
            "the key 'tenant' of $other was added before, for $tenant"
        builder.build().headerAfter { listOf(tenant.set("a"), other.set("b")) } shouldBe "tenant=a"
    }

    test("keys that differ in case are different keys") {
        val baggage = BaggageVariables
            .builder()
            .add("id", tenant, ValueCodec.STRING)
            .add("ID", user, ValueCodec.STRING)
            .build()
        val received = baggage.read("id=1,ID=2")
        received[tenant] shouldBe "1"
        received[user] shouldBe "2"
    }

    listOf(0, -1, Int.MIN_VALUE).forEach { limit ->
        test("the limit $limit is rejected by name") {
            rejection { maxHeaderLength(limit) } shouldBe "maxHeaderLength must be at least 1, but is $limit"
            rejection { maxValueLength(limit) } shouldBe "maxValueLength must be at least 1, but is $limit"
            shouldThrow<IllegalArgumentException> { ValueCodec.text(limit) { true } }.message shouldBe
                "maxLength must be at least 1, but is $limit"
        }
    }

    test("a builder can be used further without an effect on what it has built") {
        val builder = BaggageVariables.builder().add(tenant, ValueCodec.STRING)
        val first = builder.build()
        builder.add(plan, ValueCodec.enumOf(Plan::class.java)).maxValueLength(1)
        first.read("tenant=acme,plan=PAID")[tenant] shouldBe "acme"
        first.read("tenant=acme,plan=PAID")[plan] shouldBe null
        builder.build().read("tenant=acme,plan=PAID").isEmpty shouldBe true
    }

    test("null arguments throw NullPointerException with the argument's name") {
        val builder = BaggageVariables.builder()
        val codec = ValueCodec.STRING
        val add = "add"
        mapOf(
            "variable" to listOf(add, null, codec),
            "codec" to listOf(add, tenant, null),
            "key" to listOf(add, null, tenant, codec),
        ).forEach { (name, call) -> nullMessage(builder, call[0] as String, call.drop(1)) shouldBe name }
        nullMessage(builder, add, listOf("key", null, codec)) shouldBe "variable"
        nullMessage(builder, add, listOf("key", tenant, null)) shouldBe "codec"
        nullMessage(tenantListed(), "forEach", listOf(null)) shouldBe "action"
        nullMessage(tenantListed().read(""), "in", listOf(null)) shouldBe "context"
        nullMessage(ValueCodec::class.java, "of", listOf(null, { it: Any -> it }.asFunction())) shouldBe "encode"
        nullMessage(ValueCodec::class.java, "of", listOf({ it: Any -> it }.asFunction(), null)) shouldBe "decode"
        nullMessage(ValueCodec::class.java, "enumOf", listOf(null)) shouldBe "type"
        nullMessage(ValueCodec::class.java, "text", listOf(1, null)) shouldBe "accepts"
    }
})

private val password = ContextVar.builder<String>("password").redacted().build()

private fun ((Any) -> Any).asFunction() = java.util.function.Function<Any, Any> { this(it) }

/** Passes null where Kotlin's compiler would not, and returns the message of the NullPointerException. */
private fun nullMessage(target: Any, name: String, arguments: List<Any?>): String? {
    val type = target as? Class<*> ?: target.javaClass
    val method = type.methods.single { it.name == name && it.parameterCount == arguments.size }
    return try {
        method.invoke(target, *arguments.toTypedArray())
        "nothing is thrown"
    } catch (thrown: InvocationTargetException) {
        (thrown.targetException as? NullPointerException)?.message
    }
}
