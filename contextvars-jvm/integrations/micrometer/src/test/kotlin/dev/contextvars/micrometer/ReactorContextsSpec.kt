// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.micrometer

import dev.contextvars.Bindings
import dev.contextvars.Context
import dev.contextvars.ContextVar
import dev.contextvars.testing.ThreadCells
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContain
import io.kotest.matchers.shouldBe
import reactor.core.publisher.Hooks
import reactor.core.publisher.Mono
import reactor.core.scheduler.Schedulers
import java.lang.reflect.InvocationTargetException
import reactor.util.context.Context as ReactorContext

class ReactorContextsSpec : FunSpec({
    val user = ContextVar("user", "nobody")
    beforeSpec { Hooks.enableAutomaticContextPropagation() }
    afterSpec { Hooks.disableAutomaticContextPropagation() }
    afterTest { ThreadCells.dirtyThreadsAfter().shouldBeEmpty() }

    test("with adds its values to those of the code that subscribes") {
        val read = Mono
            .fromCallable { "${user.get()} of ${tenant.get()}" }
            .subscribeOn(Schedulers.boundedElastic())
            .contextWrite(ReactorContexts.with(Bindings.of(user, "alice")))
        inContextOf("acme") { read.block(patience) } shouldBe "alice of acme"
        read.block(patience) shouldBe "alice of none"
    }

    test("with copies the values of a put further down at each subscription") {
        val context = Context().with(tenant, "acme")
        val read = Mono
            .fromCallable { "${user.get()} of ${tenant.get()}" }
            .contextWrite(ReactorContexts.with(Bindings.of(user, "alice")))
            .contextWrite(ReactorContexts.put(context))
        read.block(patience) shouldBe "alice of acme"
        context.run { tenant.set("globex") }
        read.block(patience) shouldBe "alice of globex"
        context.contains(user) shouldBe false
    }

    test("put runs operators in copies of the context") {
        val context = Context().with(tenant, "acme")
        val changed = Mono
            .fromCallable { tenant.get().also { tenant.set("of the operator") } }
            .subscribeOn(Schedulers.boundedElastic())
            .contextWrite(ReactorContexts.put(context))
        repeat(2) { changed.block(patience) shouldBe "acme" }
        context[tenant] shouldBe "acme"
    }

    test("put runs an operator in the context itself where that is current") {
        val context = Context().with(tenant, "acme")
        context.run {
            Mono
                .fromRunnable<Int> { tenant.set("of the operator") }
                .contextWrite(ReactorContexts.put(context))
                .block(patience)
        }
        context[tenant] shouldBe "of the operator"
    }

    test("with replaces a value of another type") {
        val read = Mono
            .fromCallable { tenant.get() }
            .contextWrite(ReactorContexts.with(Bindings.of(tenant, "acme")))
            .contextWrite { it.put(ContextVarsAccessor.KEY, "text") }
        reportsOf { read.block(patience) shouldBe "acme" }.map { it::class } shouldContain
            IllegalArgumentException::class
    }

    test("a copy policy that fails in with fails the subscription") {
        val failing = ContextVar.builder<String>("failing").copyWith { error("no copy of $it") }.build()
        val context = Context().also { it.run { failing.set("a value") } }
        val read = Mono
            .fromCallable { tenant.get() }
            .contextWrite(ReactorContexts.with(Bindings.of(tenant, "acme")))
            .contextWrite(ReactorContexts.put(context))
        reportsOf {
            shouldThrow<IllegalStateException> { read.block(patience) }.message shouldBe "no copy of a value"
        }
    }

    mapOf("put" to Context::class.java, "with" to Bindings::class.java).forEach { (name, type) ->
        test("$name throws NullPointerException for null") {
            val thrown = shouldThrow<InvocationTargetException> {
                ReactorContexts::class.java.getMethod(name, type).invoke(null, null)
            }
            (thrown.targetException is NullPointerException) shouldBe true
        }
    }

    test("the functions write under the key of the accessor and keep other values") {
        val context = Context()
        val written = ReactorContexts.put(context).apply(ReactorContext.of("other", 1))
        written
            .stream()
            .map { it.key to it.value }
            .toList()
            .toMap() shouldBe
            mapOf("other" to 1, "dev.contextvars" to context)
    }
})
