// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.opentelemetry

import dev.contextvars.Context
import dev.contextvars.ContextSwap
import dev.contextvars.testing.ThreadCells
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeSameInstanceAs
import io.opentelemetry.api.baggage.propagation.W3CBaggagePropagator
import io.opentelemetry.api.trace.Span
import io.opentelemetry.context.propagation.TextMapGetter
import io.opentelemetry.context.propagation.TextMapPropagator
import io.opentelemetry.context.propagation.TextMapSetter
import java.lang.reflect.InvocationTargetException
import java.util.concurrent.Callable
import java.util.concurrent.Executors
import io.opentelemetry.context.Context as OtelContext

class ExtractSpec : FunSpec({
    val propagator = BaggageVariablesPropagator.create(listed)
    val w3c = W3CBaggagePropagator.getInstance()

    fun tenantOf(context: OtelContext) = BaggageVariablesPropagator.received(context).`in`(Context())[tenant]

    test("extract returns OpenTelemetry's baggage as OpenTelemetry does, and the listed values") {
        val context = propagator.extracted("tenant=acme%20inc;p=1,other=1")
        context.baggageEntries shouldBe mapOf("tenant" to "acme inc", "other" to "1")
        context.baggageEntries shouldBe w3c.extracted("tenant=acme%20inc;p=1,other=1").baggageEntries
        tenantOf(context) shouldBe "acme inc"
    }

    test("extract reads all headers of the name") {
        val context = propagator.extracted("tenant=first,a=1", "tenant=last")
        context.baggageEntries shouldBe mapOf("tenant" to "last", "a" to "1")
        tenantOf(context) shouldBe "last"
    }

    test("received sets the variables where the application asks for it") {
        val context = propagator.extracted("tenant=acme")
        Context().run {
            BaggageVariablesPropagator.received(context).set()
            tenant.get()
        } shouldBe "acme"
    }

    test("received is empty, and never null, for a context without values") {
        listOf(
            OtelContext.root(),
            propagator.extracted(),
            propagator.extracted("other=1"),
            w3c.extracted("tenant=acme"),
        ).forEach { BaggageVariablesPropagator.received(it).isEmpty shouldBe true }
    }

    test("extract keeps what is in the context") {
        Telemetry().use { telemetry ->
            val span = telemetry.startSpan("parent")
            val context = propagator.extracted("tenant=acme", onto = OtelContext.root().with(span))
            Span.fromContext(context) shouldBe span
            tenantOf(context) shouldBe "acme"
        }
    }

    test("extract without a header returns the context itself") {
        val earlier = propagator.extracted("tenant=acme")
        propagator.extracted(onto = earlier) shouldBeSameInstanceAs earlier
        w3c.extracted(onto = earlier) shouldBeSameInstanceAs earlier
    }

    test("extract replaces values of an earlier extract, as OpenTelemetry replaces its baggage") {
        val earlier = propagator.extracted("tenant=acme,a=1")
        val later = propagator.extracted("other=2", onto = earlier)
        later.baggageEntries shouldBe mapOf("other" to "2")
        tenantOf(later) shouldBe null
    }

    test("extract ignores a header beyond the limit, and so does OpenTelemetry") {
        val context = propagator.extracted("tenant=acme,big=" + "x".repeat(20_000))
        context.baggageEntries shouldBe emptyMap()
        tenantOf(context) shouldBe null
    }

    test("listed members behind 64 others are received, though OpenTelemetry drops them") {
        val context = propagator.extracted("k=v,".repeat(64) + "tenant=acme")
        context.baggageEntries shouldBe mapOf("k" to "v")
        tenantOf(context) shouldBe "acme"
    }

    test("hostile headers throw nothing") {
        silently {
            listOf("tenant=%", "tenant=%ED%A0%80", "tenant=a%0D%0AX-Evil:1", "tenant=\uD800", "=,;", ",".repeat(8192))
                .forEach { tenantOf(propagator.extracted(it)) shouldBe null }
        }
    }

    test("extract sets nothing on a pool's thread, and its next task finds nothing") {
        Executors.newSingleThreadExecutor().let { pool ->
            pool.submit(Callable { propagator.extracted("tenant=acme") }).get().let(::tenantOf) shouldBe "acme"
            pool.submit(Callable { ContextSwap.current() to tenant.get("nothing") }).get() shouldBe (null to "nothing")
            ThreadCells.dirtyThreads().shouldBeEmpty()
            pool.shutdown()
        }
    }

    test("control: a propagator that sets variables in extract leaves them to the thread's next task") {
        Executors.newSingleThreadExecutor().let { pool ->
            pool.submit(Callable { SettingPropagator.extracted("tenant=acme") }).get()
            pool.submit(Callable { tenant.get("nothing") }).get() shouldBe "acme"
            pool.shutdown()
        }
    }

    test("a null context, getter or carrier has the same effect as in W3CBaggagePropagator") {
        silently {
            listOf<TextMapPropagator>(w3c, propagator).forEach { each ->
                val extract = each.javaClass.methods.single { it.name == "extract" && !it.isBridge }
                val given = otelBaggage("a" to "1")
                val headers = mutableMapOf("baggage" to listOf("tenant=acme"))
                extract.invoke(each, null, headers, Getter) shouldBeSameInstanceAs OtelContext.root()
                extract.invoke(each, given, headers, null) shouldBeSameInstanceAs given
                extract.invoke(each, given, null, Getter) shouldBeSameInstanceAs given
                extract.invoke(each, given, headers, GetterOfNothing) shouldBeSameInstanceAs given
            }
        }
    }

    test("null arguments of our own methods throw NullPointerException with the argument's name") {
        val methods = BaggageVariablesPropagator::class.java.methods.associateBy { it.name }
        mapOf("create" to "variables", "received" to "context").forEach { (method, argument) ->
            shouldThrow<InvocationTargetException> { methods.getValue(method).invoke(null, null) }
                .targetException
                .message shouldBe argument
        }
    }
})

/** What the propagator must not do. */
private object SettingPropagator : TextMapPropagator {
    override fun fields() = listOf("baggage")

    override fun <C : Any?> inject(context: OtelContext, carrier: C?, setter: TextMapSetter<C>) = Unit

    override fun <C : Any?> extract(context: OtelContext, carrier: C?, getter: TextMapGetter<C>): OtelContext {
        listed.read(getter.get(carrier, "baggage")).set()
        return context
    }
}

private object GetterOfNothing : TextMapGetter<Headers> {
    override fun keys(carrier: Headers): Iterable<String> = emptyList()

    override fun get(carrier: Headers?, key: String): String? = null

    override fun getAll(carrier: Headers?, key: String): Iterator<String>? = null
}

/** Runs the body on a thread that has no context. */
internal fun <T> onPlainThread(body: () -> T): T {
    val pool = Executors.newSingleThreadExecutor()
    return try {
        pool.submit(Callable { body() }).get()
    } finally {
        pool.shutdown()
    }
}
