// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.benchmarks

import dev.contextvars.benchmarks.testing.smokeRun
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.ints.shouldBeGreaterThan
import io.kotest.matchers.shouldBe

class BenchmarksSpec : FunSpec({
    test("every benchmark runs with every parameter") {
        smokeRun("\\.(read|write|run|hamt|baggage)\\.") shouldBeGreaterThan 100
    }

    test("lower bounds, watchers and the mutable map run") {
        smokeRun("Read\\.readRepeated", "holder") shouldBe 5
        smokeRun("runNoop", "holder", "compareAndSet", "watcherRemoved", "oneWatcher") shouldBe 4
        smokeRun("Maps\\.(get|iterate)", "javaUtil") shouldBe 6
    }

    test("scoped values and virtual threads run").config(enabled = Runtime.version().feature() >= 25) {
        smokeRun("ReadWithin|runNoop", "scopedValue") shouldBe 10
        smokeRun("startAndJoin") shouldBe 4
        smokeRun("readOnVirtual", "contextvars", "inheritable", "scopedValue") shouldBe 3
    }
})
