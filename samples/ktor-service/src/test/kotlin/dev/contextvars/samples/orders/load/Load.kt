// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.samples.orders.load

import kotlin.random.Random

internal val REQUESTS = Integer.getInteger("load.requests", 20_480)
internal const val CONCURRENCY = 64
internal val TENANTS = List(50) { "tenant-%02d".format(it) }

/** What a request is for, how often in a hundred, and how it ends; 0 is "with the client gone". */
internal enum class Kind(val share: Int, val status: Int) {
    LIST(18, 200),
    PLACE(28, 201),
    STORM(28, 200),
    STORM_FAILS(3, 500),
    REFUSED(4, 422),
    GARBLED(2, 400),
    TENANT_UNKNOWN(2, 404),
    TENANT_MISSING(2, 400),
    PASSWORD_WRONG(2, 401),

    /** The client goes away when the handler says that it waits. */
    ABANDONED(6, 0),

    /** The client goes away at some moment of a POST, be it after the commit. */
    IMPATIENT(5, 0),
    ;

    val storms get() = this == STORM || this == STORM_FAILS || this == ABANDONED
    val places get() = this == PLACE || this == IMPATIENT

    companion object {
        private val dice = entries.flatMap { kind -> List(kind.share) { kind } }

        fun roll(random: Random) = dice.random(random)
    }
}

/** One request of the load. Its number and the seed tell all about it, and its id tells its number. */
internal class LoadRequest(seed: Long, val number: Int) {
    val random = Random(seed + number)
    val kind = Kind.roll(random)
    val tenant = TENANTS.random(random)
    val id = "r%06d.%s".format(number, tenant)

    /** Its own user, so that another request's would show; null for an anonymous one. */
    val user = "user-$number".takeIf { kind == Kind.PASSWORD_WRONG || random.nextInt(3) > 0 }

    val skus = Array(random.nextInt(1, 5)) { "sku-$it" }

    /** The tenant and user that are to be seen of it. */
    val expectedTenant get() = if (kind == Kind.TENANT_MISSING || kind == Kind.TENANT_UNKNOWN) null else tenant
    val expectedUser get() = user.takeIf { expectedTenant != null && kind != Kind.PASSWORD_WRONG }

    companion object {
        private val format = Regex("""r(\d{6})\.tenant-\d\d""")

        fun idIn(text: String): String? = format.find(text)?.value

        fun numberOf(id: String): Int = checkNotNull(format.find(id)).groupValues[1].toInt()
    }
}
