// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.samples.orders.load

import kotlin.random.Random

internal val REQUESTS = Integer.getInteger("load.requests", 5_120)
internal const val CONCURRENCY = 64
internal val TENANTS = List(50) { "tenant-%02d".format(it) }

/** The kind of a request, its share in percent, and its expected status; 0 if the client disconnects. */
internal enum class Kind(val share: Int, val status: Int) {
    LIST(18, 200),
    PLACE(28, 201),
    SCENARIO(28, 200),
    SCENARIO_FAILS(3, 500),
    REJECTED(4, 422),
    GARBLED(2, 400),
    TENANT_UNKNOWN(2, 404),
    TENANT_MISSING(2, 400),
    PASSWORD_WRONG(2, 401),

    /** The client disconnects while the handler waits. */
    ABANDONED(6, 0),

    /** The client disconnects at a random moment of a POST, possibly after the commit. */
    IMPATIENT(5, 0),
    ;

    val runsScenario get() = this == SCENARIO || this == SCENARIO_FAILS || this == ABANDONED
    val places get() = this == PLACE || this == IMPATIENT

    companion object {
        private val dice = entries.flatMap { kind -> List(kind.share) { kind } }

        fun roll(random: Random) = dice.random(random)
    }
}

/** One request of the load, determined by the seed and its number. Its id contains the number. */
internal class LoadRequest(seed: Long, val number: Int) {
    val random = Random(seed + number)
    val kind = Kind.roll(random)
    val tenant = TENANTS.random(random)
    val id = "r%06d.%s".format(number, tenant)

    /** A unique user, so that the user of another request is detected; null for an anonymous request. */
    val user = "user-$number".takeIf { kind == Kind.PASSWORD_WRONG || random.nextInt(3) > 0 }

    val skus = Array(random.nextInt(1, 5)) { "sku-$it" }

    /** The tenant and the user that the call must see. */
    val expectedTenant get() = if (kind == Kind.TENANT_MISSING || kind == Kind.TENANT_UNKNOWN) null else tenant
    val expectedUser get() = user.takeIf { expectedTenant != null && kind != Kind.PASSWORD_WRONG }

    companion object {
        private val format = Regex("""r(\d{6})\.tenant-\d\d""")

        fun idIn(text: String): String? = format.find(text)?.value

        fun numberOf(id: String): Int = checkNotNull(format.find(id)).groupValues[1].toInt()
    }
}
