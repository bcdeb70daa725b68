// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.concurrent.jdk25

import dev.contextvars.ContextVar
import dev.contextvars.concurrent.ContextExecutors
import dev.contextvars.isolateEachTest
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import java.util.concurrent.Callable
import java.util.concurrent.StructuredTaskScope
import java.util.concurrent.StructuredTaskScope.Joiner
import java.util.concurrent.ThreadFactory

/** JEP 505, as it is in JDK 25. */
class StructuredTaskScopeSpec : FunSpec({
    isolateEachTest()

    val v = ContextVar("v", "no value")
    val factory = ContextExecutors.threadFactory(Thread.ofVirtual().factory())

    fun <T> scoped(threads: ThreadFactory, body: (StructuredTaskScope<T, Void?>) -> Unit) =
        StructuredTaskScope
            .open(Joiner.awaitAllSuccessfulOrThrow<T>()) { it.withThreadFactory(threads) }
            .use(body)

    test("the example in docs/java-guide.md logs the value of the scope's owner") {
        val tenant = ContextVar("tenant", "nobody")
        val log = mutableListOf<String>()
        // snippet: scope
        val factory = ContextExecutors.threadFactory(Thread.ofVirtual().factory())
        StructuredTaskScope
            .open(Joiner.awaitAllSuccessfulOrThrow<String>()) { it.withThreadFactory(factory) }
            .use { scope ->
                tenant.set("acme")
                val greeting = scope.fork(Callable { "Hello, ${tenant.get()}" })
                scope.join()
                log += greeting.get() // Hello, acme
            }
        // end: scope
        log shouldBe listOf("Hello, acme")
    }

    test("a subtask sees the values at its fork") {
        scoped(factory) { scope ->
            v.set("first")
            val first = scope.fork(Callable { v.get() })
            v.set("second")
            val second = scope.fork(Callable { v.get() })
            v.set("later")
            scope.join()
            listOf(first, second).map { it.get() } shouldBe listOf("first", "second")
        }
    }

    test("a subtask does not change the values of the owner or of other subtasks") {
        v.set("owner's")
        scoped(factory) { scope ->
            val tasks = List(10) { scope.fork(Callable { v.get().also { v.set("subtask's") } }) }
            scope.join()
            tasks.map { it.get() } shouldBe List(10) { "owner's" }
        }
        v.get() shouldBe "owner's"
    }

    test("a subtask of a nested scope sees the outer subtask's values") {
        scoped(factory) { outer ->
            val seen = outer.fork(
                Callable {
                    v.set("subtask's")
                    StructuredTaskScope
                        .open(Joiner.allSuccessfulOrThrow<String>()) { it.withThreadFactory(factory) }
                        .use { inner ->
                            inner.fork(Callable { v.get() })
                            inner.join().map { it.get() }.toList()
                        }
                },
            )
            outer.join()
            seen.get() shouldBe listOf("subtask's")
        }
    }

    test("a subtask on a plain thread factory sees no values") {
        v.set("owner's")
        scoped(Thread.ofVirtual().factory()) { scope ->
            val seen = scope.fork(Callable { v.get() })
            scope.join()
            seen.get() shouldBe "no value"
        }
    }
})
