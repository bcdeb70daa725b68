// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.coroutines

import dev.contextvars.Context
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeSameInstanceAs
import kotlinx.coroutines.yield

/**
 * Checks that the block of a builder runs in `ctx` itself, before and after a suspension. Must be called in `ctx`. The
 * builder must run its block once, and return when the block has ended.
 */
internal suspend fun shouldRunIn(ctx: Context, builder: suspend (block: suspend () -> Unit) -> Unit) {
    builder {
        here() shouldBeSameInstanceAs ctx
        user.set("before the suspension")
        resumedElsewhere()
        here() shouldBeSameInstanceAs ctx
        user.get() shouldBe "before the suspension"
        user.set("after the suspension")
    }
    here() shouldBeSameInstanceAs ctx
    user.get() shouldBe "after the suspension"
    yield()
    here() shouldBeSameInstanceAs ctx
}

/**
 * Checks that the block of a builder runs in one copy of `ctx`, before and after a suspension, and that the caller's
 * context does not change. The builder must run its block once, and return when the block has ended.
 */
internal suspend fun shouldRunInCopyOf(ctx: Context, builder: suspend (block: suspend () -> Unit) -> Unit) {
    val caller = here()
    val before = ctx[user]
    var seen: Context? = null
    builder {
        val copy = here() shouldBeCopyOf ctx
        seen = copy
        user.set("before the suspension")
        resumedElsewhere()
        here() shouldBeSameInstanceAs copy
        user.get() shouldBe "before the suspension"
        user.set("after the suspension")
    }
    here() shouldBe caller
    ctx[user] shouldBe before
    seen.shouldNotBeNull()[user] shouldBe "after the suspension"
}
