// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.baggage

import dev.contextvars.Context
import dev.contextvars.ContextVar
import java.util.UUID
import kotlin.random.Random

internal enum class Plan { FREE, PAID }

internal val tenant = ContextVar<String>("tenant")
internal val requestId = ContextVar<UUID>("request-id")
internal val plan = ContextVar<Plan>("plan")
internal val count = ContextVar<Long>("count")

/** Null if no user is logged in. */
internal val user = ContextVar<String?>("user", null)

/** Variables of several types, with the default limits. */
internal fun allListed(): BaggageVariables = BaggageVariables
    .builder()
    .add(tenant, ValueCodec.STRING)
    .add(requestId, ValueCodec.UUID)
    .add(plan, ValueCodec.enumOf(Plan::class.java))
    .add(count, ValueCodec.LONG)
    .build()

/** A list of [tenant] alone. */
internal fun tenantListed(limits: BaggageVariables.Builder.() -> Unit = {}): BaggageVariables =
    BaggageVariables
        .builder()
        .add(tenant, ValueCodec.STRING)
        .apply(limits)
        .build()

/** Returns the header for a new context in which the block has set variables. */
internal fun BaggageVariables.headerAfter(block: () -> Unit): String? = Context().run {
    block()
    header()
}

/** Returns the value of the variable that was received, or null. */
internal operator fun <T> BaggageVariables.Received.get(variable: ContextVar<T>): T? = `in`(Context())[variable]

/** Returns the tenant that a header brings, or null. */
internal fun BaggageVariables.tenantIn(header: String): String? = read(header)[tenant]

/** Runs a test with a random of a new seed, which a failure shows; `-Dcontextvars.seed=…` repeats it. */
internal fun seeded(test: (Random) -> Unit) {
    val seed = System.getProperty("contextvars.seed")?.toLong() ?: Random.nextLong()
    try {
        test(Random(seed))
    } catch (failure: Throwable) {
        throw AssertionError("-Dcontextvars.seed=$seed: ${failure.message}", failure)
    }
}

/** How many random headers to try: more in the profile `stress`. */
internal val fuzzHeaders: Int = System.getProperty("contextvars.fuzz.headers").toInt()
