// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.coroutines

import dev.contextvars.Context
import dev.contextvars.ContextSwap
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeSameInstanceAs
import kotlinx.coroutines.CopyableThreadContextElement
import kotlinx.coroutines.CoroutineName
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.DelicateCoroutinesApi
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.ThreadContextElement
import kotlinx.coroutines.asContextElement
import kotlinx.coroutines.async
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.flow.flow
import kotlinx.coroutines.flow.flowOn
import kotlinx.coroutines.slf4j.MDCContext
import kotlinx.coroutines.withContext
import kotlinx.coroutines.yield
import org.slf4j.MDC
import kotlin.coroutines.CoroutineContext
import kotlin.coroutines.EmptyCoroutineContext

/** `withContext(ctx)` before, around and inside other elements of a coroutine context. */
@OptIn(DelicateCoroutinesApi::class, ExperimentalCoroutinesApi::class)
class WithContextElementsSpec : CoroutineSpec({
    val callers = listOf({ EmptyCoroutineContext }, { contextOf("caller").asElement() })

    Other.entries.forEach { other ->
        inContextTest("keeps $other before, around and inside it") { inContext ->
            val ctx = contextOf("alice")
            for (caller in callers) {
                withContext(one + caller() + other.element("before")) {
                    val callersContext = here()
                    withContext(other.element("around")) {
                        inContext(ctx) {
                            yield()
                            other.read() shouldBe "around"
                            withContext(other.element("inside")) {
                                shouldRunIn(ctx) { it() }
                                other.read() shouldBe "inside"
                            }
                            other.read() shouldBe "around"
                            here() shouldBeSameInstanceAs ctx
                        }
                        other.read() shouldBe "around"
                        here() shouldBe callersContext
                    }
                    repeat(2) {
                        other.read() shouldBe "before"
                        here() shouldBe callersContext
                        yield()
                    }
                }
                one.call { here() }.shouldBeNull()
            }
        }

        // The block's last dispatch also ends the enclosing withContext, which has restored the thread by then.
        inContextTest("leaves no thread dirty at the end of withContext($other)") { inContext ->
            for (caller in callers) {
                for (dispatcher in listOf(one, Dispatchers.Default)) {
                    val coroutine = CoroutineScope(dispatcher + caller()).async {
                        withContext(other.element("around")) { inContext(Context()) { yield() } }
                        here()
                    }
                    coroutine.await()?.get(user) shouldBe if (caller() == EmptyCoroutineContext) null else "caller"
                }
                one.call { here() }.shouldBeNull()
            }
            threadsShouldBeClean()
        }

        // flowOn on the collector's dispatcher restores late in kotlinx.coroutines 1.11 (#4754).
        inContextTest("leaves no thread dirty in a flow on $other") { inContext ->
            for (caller in callers) {
                withContext(Dispatchers.Default + caller()) {
                    repeat(50) {
                        flow {
                            inContext(Context()) { yield() }
                            emit(Unit)
                            inContext(Context()) { yield() }
                        }.flowOn(other.element("flow")).collect {
                            inContext(Context()) { yield() }
                        }
                        yield()
                        user.get() shouldBe if (caller() == EmptyCoroutineContext) "nobody" else "caller"
                    }
                }
            }
            threadsShouldBeClean()
        }
    }

    // kotlinx.coroutines' withContext updates all elements again.
    coroutineTest("withContext(ctx) does not update other elements when it starts or ends") {
        val counting = CountingElement()
        withContext(one + counting) {
            val before = counting.updates
            withContext(Context()) { }
            counting.updates shouldBe before
            withContext(Context()) { yield() }
            counting.updates shouldBe before + 1
        }
    }

    inContextTest("nests with an element of another library with the same key") { inContext ->
        val (foreign, ctx, inner) = Triple(contextOf("foreign"), contextOf("alice"), contextOf("inner"))
        withContext(one + ForeignElement(foreign)) {
            inContext(ctx) { shouldRunIn(ctx) { it() } }
            here() shouldBeSameInstanceAs foreign
            inContext(ctx) {
                withContext(ForeignElement(inner)) { shouldRunIn(inner) { it() } }
                here() shouldBeSameInstanceAs ctx
                shouldRunInCopyOf(ctx) { block -> async { block() }.await() }
            }
            user.get() shouldBe "foreign"
        }
        one.call { here() }.shouldBeNull()
    }
})

/** An element of kotlinx.coroutines whose value is a text. */
private enum class Other {
    NAME {
        override fun element(value: String) = CoroutineName(value)

        override suspend fun read() = currentCoroutineContext()[CoroutineName]?.name
    },
    MDC_CONTEXT {
        override fun element(value: String) = MDCContext(mapOf("other" to value))

        override suspend fun read(): String? = MDC.get("other")
    },
    THREAD_LOCAL {
        private val local = ThreadLocal<String>()

        override fun element(value: String) = local.asContextElement(value)

        override suspend fun read(): String? = local.get()
    }, ;

    abstract fun element(value: String): CoroutineContext.Element

    abstract suspend fun read(): String?
}

private class CountingElement : ThreadContextElement<Unit> {
    /** Written and read on one thread. */
    var updates = 0

    override val key: CoroutineContext.Key<CountingElement> get() = Key

    override fun updateThreadContext(context: CoroutineContext) {
        updates++
    }

    override fun restoreThreadContext(context: CoroutineContext, oldState: Unit) = Unit

    companion object Key : CoroutineContext.Key<CountingElement>
}

/** An element that another library may have written for this library's key. */
@OptIn(DelicateCoroutinesApi::class, ExperimentalCoroutinesApi::class)
private class ForeignElement(private val ctx: Context) : CopyableThreadContextElement<Any?> {
    override val key: CoroutineContext.Key<*> get() = ContextElementKey

    override fun updateThreadContext(context: CoroutineContext): Any? = ContextSwap.attach(ctx)

    override fun restoreThreadContext(context: CoroutineContext, oldState: Any?) = ContextSwap.detach(oldState)

    override fun copyForChild() = this

    override fun mergeForChild(overwritingElement: CoroutineContext.Element): CoroutineContext =
        (overwritingElement as CopyableThreadContextElement<*>).copyForChild()
}
