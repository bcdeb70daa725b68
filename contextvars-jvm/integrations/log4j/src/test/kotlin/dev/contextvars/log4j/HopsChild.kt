// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.log4j

import dev.contextvars.logging.testing.Hops
import dev.contextvars.testing.pollUntil
import org.apache.logging.log4j.LogManager
import org.apache.logging.log4j.core.LoggerContext
import kotlin.random.Random

/** Hopping coroutines that log, for a process in which all loggers are asynchronous. */
internal object HopsChild {
    /** Log4j has no default for a missing key: `,` stands between the values. */
    const val PATTERN = "%X{tenant},%X{step},%X{child} %msg"

    /** The lines in the form of Logback's layout. */
    fun normalized(lines: Lines): List<String> = lines.texts.map { line ->
        val values = line.substringBefore(' ').split(',').joinToString(" ") { it.ifEmpty { "-" } }
        "[$values] " + line.substringAfter(' ')
    }

    @JvmStatic
    fun main(arguments: Array<String>) {
        val seed = Random.nextLong()
        val lines = Lines(pattern(PATTERN))
        val context = LogManager.getContext(false) as LoggerContext
        context.configuration.rootLogger.addAppender(lines, null, null)
        Hops(seed) { context.getLogger("hops").error(it) }.run()
        // Not shutdown: it gives up after ten seconds, which a busy machine may need.
        pollUntil { lines.size.get() == Hops.LINES }
        val wrong = Hops.wrong(normalized(lines))
        println("${context.javaClass.simpleName}, seed $seed: ${lines.texts.size} lines, ${wrong.size} wrong")
        wrong.take(10).forEach(::println)
    }
}
