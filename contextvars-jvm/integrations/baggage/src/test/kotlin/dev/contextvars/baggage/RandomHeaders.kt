// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.baggage

import kotlin.random.Random

/** Headers, from well-formed ones to noise; about half of the members have a listed key. */
internal class RandomHeaders(private val random: Random, private val listedKeys: List<String>) {
    fun next(): String = when (random.nextInt(100)) {
        0 -> members(random.nextInt(60, 400))

        // beyond the limit, at times
        in 1..5 -> noise(random.nextInt(60)) { random.nextInt(0x10000).toChar() }

        in 6..15 -> noise(random.nextInt(60)) { SUSPECTS.random(random) }

        in 16..25 -> mutated(members(random.nextInt(1, 6)))

        else -> members(random.nextInt(1, 6))
    }

    /** A text that may be sent: without control characters, well-formed UTF-16, of at most 256 chars. */
    fun text(): String = buildString {
        repeat(random.nextInt(if (random.nextInt(50) == 0) 128 else 12)) { appendCodePoint(codePoint()) }
    }

    private tailrec fun codePoint(): Int {
        val c = when (random.nextInt(4)) {
            0 -> random.nextInt(0x20, 0x7f)
            1 -> random.nextInt(0xa0, 0x800)
            2 -> random.nextInt(0x800, 0x10000)
            else -> random.nextInt(0x10000, 0x110000)
        }
        return if (c in 0xd800..0xdfff || c == 0x2028 || c == 0x2029) codePoint() else c
    }

    private fun members(count: Int) = List(count) { member() }.joinToString(",")

    private fun member(): String = listOf(
        space() + key() + space(),
        if (random.nextInt(30) == 0) "" else "=",
        space() + value() + space(),
        if (random.nextInt(5) == 0) ";" + property() else "",
    ).joinToString("")

    private fun key(): String = when (random.nextInt(8)) {
        in 0..3 -> listedKeys.random(random)
        4 -> mutated(listedKeys.random(random))
        5 -> listedKeys.random(random).uppercase()
        else -> noise(random.nextInt(1, 5)) { TOKEN.random(random) }
    }

    private fun value(): String = when (random.nextInt(12)) {
        in 0..4 -> encoded(text())
        5 -> listOf("true", "PAID", "17", "-9223372036854775808", "1-1-1-1-1").random(random)
        6 -> mutated(encoded(text()))
        7 -> "a".repeat(random.nextInt(250, 260))
        8 -> noise(random.nextInt(1, 6)) { '%' } + noise(random.nextInt(4)) { HEX.random(random) }
        9 -> List(random.nextInt(1, 6)) { "%" + random.nextInt(256).toString(16).padStart(2, '0') }.joinToString("")
        else -> noise(random.nextInt(8)) { PLAIN.random(random) }
    }

    private fun property(): String = when (random.nextInt(3)) {
        0 -> "p=1"
        1 -> "p ; q = " + encoded(text())
        else -> noise(random.nextInt(8)) { SUSPECTS.random(random) }
    }

    private fun space(): String =
        if (random.nextInt(4) == 0) noise(random.nextInt(1, 3)) { " \t".random(random) } else ""

    /** Deletes, replaces, inserts or doubles a character. */
    private fun mutated(text: String): String {
        if (text.isEmpty()) return SUSPECTS.random(random).toString()
        val at = random.nextInt(text.length)
        val other = SUSPECTS.random(random)
        return when (random.nextInt(4)) {
            0 -> text.removeRange(at, at + 1)
            1 -> text.replaceRange(at, at + 1, "$other")
            2 -> text.substring(0, at) + other + text.substring(at)
            else -> text.substring(0, at) + text[at] + text.substring(at)
        }
    }

    private fun noise(length: Int, char: () -> Char): String = buildString { repeat(length) { append(char()) } }

    private companion object {
        const val SUSPECTS = "tenaplcou-id=;,%% \t\"\\aAfF029\u0000\r\n\u007f\u0085é€\u2028\uD83D\uDE00+"
        const val TOKEN = "!#$%&'*+-.^_`|~09azAZ"
        const val PLAIN = "!#$&'()*+-./:<=>?@[]^_`{|}~09azAZ"
        const val HEX = "0123456789abcdefABCDEF"

        /** Percent-encodes all octets, by the JDK's encoder of forms. */
        fun encoded(text: String): String = java.net.URLEncoder
            .encode(text, Charsets.UTF_8)
            .replace("+", "%20")
    }
}
