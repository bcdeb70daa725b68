// SPDX-License-Identifier: Apache-2.0
package dev.contextvars

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import java.util.concurrent.CountDownLatch
import java.util.concurrent.TimeUnit
import kotlin.concurrent.thread

class InheritanceRaceSpec : FunSpec({
    val uninherited = ContextVar.builder<Int>("uninherited").excludeFromCopies().build()

    test("a copy made by another thread never has what is not inherited, also while its owner first sets it") {
        val shown = Shown()
        val copying = CountDownLatch(1)
        var leaks = 0
        val copier = thread {
            while (true) {
                val copy = (shown.context ?: break).copy()
                if (uninherited in copy) leaks++
                copying.countDown()
            }
        }
        copying.await(30, TimeUnit.SECONDS) shouldBe true
        // Only the first set in a context can be seen without the note that it is not to be copied.
        repeat(200_000) {
            val ctx = Context()
            shown.context = ctx
            ctx.execute { uninherited.set(1) }
        }
        shown.context = null
        copier.join()
        leaks shouldBe 0
    }
})

private class Shown {
    @Volatile
    var context: Context? = Context()
}
