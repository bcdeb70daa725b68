// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.benchmarks

import dev.contextvars.benchmarks.coroutines.Carrier
import dev.contextvars.benchmarks.coroutines.Coroutines
import dev.contextvars.benchmarks.testing.smokeRun
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import kotlinx.coroutines.*
import org.openjdk.jmh.annotations.Param
import kotlin.coroutines.EmptyCoroutineContext

class CoroutinesSpec : FunSpec({
    val impls = Coroutines::class.java
        .getField("impl")
        .getAnnotation(Param::class.java)
        .value
        .plus("contextvarsLogged")

    test("every benchmark runs with every implementation") {
        smokeRun("\\.coroutines\\.") shouldBe 5 * (impls.size - 1) + 3 * 10
    }

    impls.forEach { impl ->
        test("$impl carries its values over suspensions, to other threads and to children") {
            val carrier = Carrier.create(impl)
            val values = List(carrier.size) { "$it" }
            carrier.run(EmptyCoroutineContext) {
                carrier.read() shouldBe values
                yield()
                carrier.read() shouldBe values
                withContext(Dispatchers.IO) { carrier.read() shouldBe values }
                launch { carrier.read() shouldBe values }.join()
            }
            carrier.read() shouldBe values.map { null }
        }
    }
})
