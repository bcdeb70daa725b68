// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.model

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe

/**
 * Checks the ownership protocol, as the essay in `ContextState` describes it, with Lincheck.
 *
 * Lincheck runs the real classes, switches threads at chosen reads and writes, and prints the interleaving that breaks a
 * promise. Its interleavings are sequentially consistent: see [MemoryOrderSpec] for the memory order.
 * `-Dcontextvars.model.invocations=N` sets the number of interleavings; the profile `stress` sets 10,000.
 */
class OwnershipModelSpec : FunSpec({
    val broken by lazy { ModelChecker.check(Integer.getInteger("contextvars.model.invocations", 500)) }

    OwnershipScenarios.byPromise.keys.forEach { promise ->
        test(promise) { broken[promise] shouldBe "" }
    }
})
