// SPDX-License-Identifier: Apache-2.0
package dev.contextvars

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeSameInstanceAs
import io.kotest.matchers.types.shouldNotBeSameInstanceAs

class CopyPolicySpec : FunSpec({
    isolateEachTest()

    val plain = ContextVar<Int>("plain")
    val excluded = ContextVar.builder<Int>("excluded").excludeFromCopies().build()
    val copied = ContextVar.builder<Int?>("copied").copyWith { if (it == null) -1 else it + 10 }.build()

    listOf<Pair<String, () -> Context>>(
        "copyContext" to { Context.copyContext() },
        "a copy of the current context" to { ContextSwap.current()!!.copy() },
        "with another variable" to { ContextSwap.current()!!.with(ContextVar("o"), 0) },
        "without another variable" to { ContextSwap.current()!!.without(ContextVar<Int>("o")) },
    ).forEach { (name, copying) ->
        test("$name applies the policy of each variable") {
            plain.set(1)
            excluded.set(2)
            copied.set(3)
            val copy = copying()
            copy[plain] shouldBe 1
            (excluded in copy) shouldBe false
            copy[copied] shouldBe 13
            listOf(plain.get(), excluded.get(), copied.get()) shouldBe listOf(1, 2, 3)
        }
    }

    test("a policy also applies to a value that is set in a copy") {
        excluded.set(1)
        copied.set(1)
        Context.copyContext().execute {
            excluded.set(2)
            (excluded in Context.copyContext()) shouldBe false
            Context.copyContext()[copied] shouldBe 21
            Context.copyContext().copy()[copied] shouldBe 31
        }
    }

    test("a policy also applies to a computed default") {
        val own = ContextVar
            .builder<Any>("own")
            .excludeFromCopies()
            .defaultSupplier { Any() }
            .build()
        val set = ContextVar
            .builder<MutableSet<Int>>("set")
            .defaultSupplier { mutableSetOf() }
            .copyWith { it.toMutableSet() }
            .build()
        set.get() += 1
        val copy = Context.copyContext()
        copy.run { own.get() } shouldNotBeSameInstanceAs own.get()
        copy.execute { set.get() += 2 }
        set.get() shouldContainExactly setOf(1)
        copy.getValue(set) shouldContainExactly setOf(1, 2)
    }

    test("copyWith calls the function once per copy, on the copying thread") {
        val seen = mutableListOf<Pair<Int?, Thread>>()
        val v = ContextVar.builder<Int?>("v").copyWith { it.also { seen += it to Thread.currentThread() } }.build()
        v.set(null)
        val ctx = Context.copyContext()
        val copier = onNewThread { Thread.currentThread().also { ctx.copy() } }
        seen shouldBe listOf(null to Thread.currentThread(), null to copier)
    }

    test("copyWith does not call the function if the variable is not set") {
        var calls = 0
        val v = ContextVar
            .builder<Int>("v")
            .defaultValue(0)
            .copyWith { ++calls }
            .build()
        Context.copyContext().run { v.get() } shouldBe 0
        v.reset(v.set(1))
        Context.copyContext().run { v.get() } shouldBe 0
        calls shouldBe 0
    }

    test("copyWith sets the copy's variable to null if the function returns null") {
        val v = ContextVar.builder<Int?>("v").copyWith { null }.build()
        v.set(1)
        val copy = Context.copyContext()
        (v in copy) shouldBe true
        copy[v].shouldBeNull()
    }

    test("a function that sets a variable changes the original and not the copy") {
        val v = ContextVar.builder<Int>("v").copyWith { it.also { plain.set(2) } }.build()
        v.set(0)
        plain.set(1)
        Context.copyContext()[plain] shouldBe 1
        plain.get() shouldBe 2
    }

    listOf<Pair<String, Context.() -> Unit>>(
        "copy" to { copy() },
        "with" to { with(plain, 9) },
        "without" to { without(plain) },
    ).forEach { (name, copying) ->
        test("an exception of the function propagates from $name and changes nothing") {
            val failure = ArithmeticException()
            var fails = true
            val v = ContextVar.builder<Int>("v").copyWith { if (fails) throw failure else it + 10 }.build()
            val ctx = Context().with(Bindings.of(plain, 1).and(v, 2).and(excluded, 3))
            val map = ctx.snapshot()
            shouldThrow<ArithmeticException> { ctx.copying() } shouldBeSameInstanceAs failure
            ctx.snapshot() shouldBeSameInstanceAs map
            fails = false
            ctx.copy()[v] shouldBe 12
        }
    }

    test("with does not apply policies to its own values") {
        copied.set(1)
        excluded.set(1)
        val ctx = Context.copyContext().with(Bindings.of(copied, 5).and(excluded, 6))
        ctx[copied] shouldBe 5
        ctx[excluded] shouldBe 6
        ctx.copy()[copied] shouldBe 15
        (excluded in ctx.copy()) shouldBe false
    }

    test("without does not call the function of a variable that it removes") {
        val v = ContextVar.builder<Int>("v").copyWith { error("called") }.build()
        val ctx = Context().with(v, 1)
        (v in ctx.without(v)) shouldBe false
    }

    test("a copy without policies to apply shares the original's map") {
        val ctx = contextAfter { repeat(100) { ContextVar<Int>("v$it").set(it) } }
        ctx.copy().snapshot() shouldBeSameInstanceAs ctx.snapshot()
        ctx.without(plain).snapshot() shouldBeSameInstanceAs ctx.snapshot()
    }

    test("a copy does not keep the policies of variables that it does not contain") {
        excluded.set(1)
        copied.reset(copied.set(1))
        plain.set(1)
        val copy = Context.copyContext()
        copy.copyPolicyKeys().isEmpty shouldBe true
        copy.copy().snapshot() shouldBeSameInstanceAs copy.snapshot()
    }
})
