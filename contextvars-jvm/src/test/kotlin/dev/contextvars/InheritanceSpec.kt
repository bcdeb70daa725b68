// SPDX-License-Identifier: Apache-2.0
package dev.contextvars

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeSameInstanceAs
import io.kotest.matchers.types.shouldNotBeSameInstanceAs

class InheritanceSpec : FunSpec({
    isolateEachTest()

    fun current() = checkNotNull(ContextSwap.current())

    val plain = ContextVar<Int>("plain")
    val uninherited = ContextVar.builder<Int>("uninherited").excludeFromCopies().build()
    val copied = ContextVar.builder<Int?>("copied").copyWith { if (it == null) -1 else it + 10 }.build()

    listOf<Pair<String, () -> Context>>(
        "copyContext" to { Context.copyContext() },
        "a copy of the current context" to { current().copy() },
        "with other variables" to { current().with(Bindings.of(ContextVar("o"), 0)) },
        "without other variables" to { current().without(ContextVar<Int>("o")) },
    ).forEach { (way, copy) ->
        test("$way has what is plain, not what is not inherited, and a copy of what is copied") {
            plain.set(1)
            uninherited.set(2)
            copied.set(3)
            val made = copy()
            made[plain] shouldBe 1
            (uninherited in made) shouldBe false
            made[copied] shouldBe 13
            listOf(plain.get(), uninherited.get(), copied.get()) shouldBe listOf(1, 2, 3)
        }
    }

    test("a value set anew in a copy is kept out of, or copied for, that one's copies") {
        uninherited.set(1)
        copied.set(1)
        Context.copyContext().execute {
            uninherited.set(2)
            (uninherited in Context.copyContext()) shouldBe false
            Context.copyContext()[copied] shouldBe 21
            Context.copyContext().copy()[copied] shouldBe 31
        }
    }

    test("a computed default is a value like any other: kept out of copies, or copied for them") {
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

    test("the function is called once a copy, on the thread that copies, and with null for a null") {
        val seen = mutableListOf<Pair<Int?, Thread>>()
        val v = ContextVar.builder<Int?>("v").copyWith { it.also { seen += it to Thread.currentThread() } }.build()
        v.set(null)
        val ctx = Context.copyContext()
        val copier = onNewThread { Thread.currentThread().also { ctx.copy() } }
        seen shouldBe listOf(null to Thread.currentThread(), null to copier)
    }

    test("the function is not called where the variable is not bound, be it after a reset") {
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

    test("a function that returns null binds the copy's variable to null") {
        val v = ContextVar.builder<Int?>("v").copyWith { null }.build()
        v.set(1)
        val copy = Context.copyContext()
        (v in copy) shouldBe true
        copy[v].shouldBeNull()
    }

    test("a function that sets variables changes the original, and not the copy under way") {
        val v = ContextVar.builder<Int>("v").copyWith { it.also { plain.set(2) } }.build()
        v.set(0)
        plain.set(1)
        Context.copyContext()[plain] shouldBe 1
        plain.get() shouldBe 2
    }

    listOf<Pair<String, Context.() -> Unit>>(
        "copy" to { copy() },
        "with" to { with(Bindings.of(plain, 9)) },
        "without" to { without(plain) },
    ).forEach { (name, copying) ->
        test("an exception from the function comes out of $name, and the original stays as it is") {
            val failure = ArithmeticException()
            var fails = true
            val v = ContextVar.builder<Int>("v").copyWith { if (fails) throw failure else it + 10 }.build()
            val ctx = Context().apply {
                execute {
                    plain.set(1)
                    v.set(2)
                    uninherited.set(3)
                }
            }
            val map = ctx.snapshot()
            shouldThrow<ArithmeticException> { ctx.copying() } shouldBeSameInstanceAs failure
            ctx.snapshot() shouldBeSameInstanceAs map
            fails = false
            ctx.copy()[v] shouldBe 12
        }
    }

    test("with gives the copy its values as they are, and to a variable that is not inherited, too") {
        copied.set(1)
        uninherited.set(1)
        val ctx = Context.copyContext().with(Bindings.of(copied, 5).and(uninherited, 6))
        ctx[copied] shouldBe 5
        ctx[uninherited] shouldBe 6
        ctx.copy()[copied] shouldBe 15
        (uninherited in ctx.copy()) shouldBe false
    }

    test("without calls no function for a variable that it leaves out") {
        val v = ContextVar.builder<Int>("v").copyWith { error("called") }.build()
        val ctx = Context().apply { execute { v.set(1) } }
        (v in ctx.without(v)) shouldBe false
    }

    test("a copy of a context without such variables shares its map: it costs the same whatever the size") {
        val ctx = Context().apply { execute { repeat(100) { ContextVar<Int>("v$it").set(it) } } }
        ctx.copy().snapshot() shouldBeSameInstanceAs ctx.snapshot()
        ctx.without(plain).snapshot() shouldBeSameInstanceAs ctx.snapshot()
    }

    test("a copy remembers such variables no longer than it holds them") {
        uninherited.set(1)
        copied.reset(copied.set(1))
        plain.set(1)
        val copy = Context.copyContext()
        copy.copyPolicyKeys().isEmpty shouldBe true
        copy.copy().snapshot() shouldBeSameInstanceAs copy.snapshot()
    }
})
