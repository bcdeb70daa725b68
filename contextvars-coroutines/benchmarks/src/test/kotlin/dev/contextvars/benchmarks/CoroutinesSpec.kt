// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.benchmarks

import dev.contextvars.benchmarks.coroutines.Elements
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.shouldBe
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.launch
import kotlinx.coroutines.withContext
import kotlinx.coroutines.yield
import org.openjdk.jmh.runner.Runner
import org.openjdk.jmh.runner.options.OptionsBuilder
import org.openjdk.jmh.runner.options.TimeValue
import org.openjdk.jmh.runner.options.VerboseMode
import kotlin.coroutines.EmptyCoroutineContext

class CoroutinesSpec : FunSpec({
    test("every benchmark runs, with every contender") {
        val options = OptionsBuilder()
            .include("^dev\\.contextvars\\.benchmarks\\.coroutines\\.")
            .forks(0)
            .warmupIterations(0)
            .measurementIterations(1)
            .measurementTime(TimeValue.milliseconds(1))
            .addProfiler(WorkerCpu::class.java)
            .shouldFailOnError(true)
            .verbosity(VerboseMode.SILENT)
            .build()
        val results = Runner(options).run()
        results shouldHaveSize 4 * Elements.entries.size
        results.count { "cpu" in it.secondaryResults } shouldBe results.size
    }

    Elements.entries.forEach { contender ->
        test("${contender.name} carries its values over suspensions, to other threads and to children") {
            val values = List(contender.values) { "$it" }
            contender.starter().run(EmptyCoroutineContext) {
                contender.read() shouldBe values
                yield()
                contender.read() shouldBe values
                withContext(Dispatchers.IO) { contender.read() shouldBe values }
                launch { contender.read() shouldBe values }.join()
                0
            }
            contender.read() shouldBe List(contender.values) { null }
        }
    }
})
