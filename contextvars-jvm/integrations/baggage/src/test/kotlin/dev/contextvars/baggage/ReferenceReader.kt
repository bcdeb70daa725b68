// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.baggage

/**
 * Reads headers by the rules of the contract in the most obvious way, with split and regular expressions: what the real
 * reader, which looks at each character by itself, is compared with.
 */
internal class ReferenceReader(
    private val keys: List<String>,
    private val maxHeader: Int = 8192,
    private val maxValue: Int = 256,
) {
    /** The text of each key, how many members were ignored, and how often each key occurred. */
    class Result(val values: Map<String, String>, val ignored: Long, val occurrences: Map<String, Int>)

    fun read(headers: List<String>): Result {
        val values = mutableMapOf<String, String>()
        val occurrences = mutableMapOf<String, Int>()
        val total = headers.runningFold(0L) { sum, header -> sum + header.length }.drop(1)
        var ignored = 0L
        headers.forEachIndexed { index, header ->
            if (total[index] > maxHeader) {
                ignored++
            } else {
                header.split(',').filter { '=' in it }.forEach { member ->
                    val (key, rest) = member.split('=', limit = 2)
                    val name = key.trim(' ', '\t')
                    if (name in keys) {
                        occurrences.merge(name, 1, Int::plus)
                        val text = decode(rest.substringBefore(';').trim(' ', '\t'))
                        if (text == null) ignored++ else values[name] = text
                    }
                }
            }
        }
        return Result(values, ignored, occurrences)
    }

    private fun decode(value: String): String? {
        if (!grammar.matches(value)) return null
        val octets = code.replace(value) { "${it.value.drop(1).toInt(16).toChar()}" }.toByteArray(Charsets.ISO_8859_1)
        val text = octets.toString(Charsets.UTF_8)
        return text.takeIf {
            // A malformed sequence becomes a replacement character, and that three other octets.
            text.toByteArray(Charsets.UTF_8).contentEquals(octets) && text.length <= maxValue &&
                !forbidden.containsMatchIn(text)
        }
    }

    private companion object {
        val grammar = Regex("""([\x21\x23\x24\x26-\x2B\x2D-\x3A\x3C-\x5B\x5D-\x7E]|%[0-9A-Fa-f]{2})*""")
        val code = Regex("%..")
        val forbidden = Regex("""[\p{Cc}\u2028\u2029]""")
    }
}
