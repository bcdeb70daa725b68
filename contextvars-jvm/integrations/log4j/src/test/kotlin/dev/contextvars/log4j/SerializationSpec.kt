// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.log4j

import dev.contextvars.logging.LogFields
import dev.contextvars.logging.testing.ChildProcess
import dev.contextvars.logging.testing.Serialized
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import org.apache.logging.log4j.CloseableThreadContext
import org.apache.logging.log4j.LogManager
import org.apache.logging.log4j.core.LoggerContext
import java.net.URLClassLoader

/** Events that are sent to a process which has Log4j, but not this library. */
class SerializationSpec : FunSpec({
    val elsewhere = URLClassLoader(
        listOf(LogManager::class.java, LoggerContext::class.java)
            .map { ChildProcess.pathOf(it).toUri().toURL() }
            .toTypedArray(),
        ClassLoader.getPlatformClassLoader(),
    )
    afterSpec { elsewhere.close() }

    mapOf<String, Pair<Map<String, String>, (org.apache.logging.log4j.Logger) -> Unit>>(
        "nothing bound" to (emptyMap<String, String>() to { it.info("message") }),
        "a variable" to (mapOf("tenant" to "acme") to { log -> inAcme { log.info("message") } }),
        "a variable and a ThreadContext" to (
            mapOf("tenant" to "acme", "route" to "/orders") to { log ->
                inAcme { CloseableThreadContext.put("route", "/orders").use { log.info("message") } }
            }
        ),
    ).forEach { (what, case) ->
        val (expected, log) = case
        test("an event with $what is read back by a process without this library") {
            val lines = Lines(pattern("%msg"))
            LogFields.add(tenant).use { Backend(lines).use { log(it.log) } }
            val copy = Serialized.copy(lines.events.single(), elsewhere)
            copy.javaClass.classLoader shouldBe elsewhere
            val data = copy.javaClass.getMethod("getContextData").invoke(copy)
            data.javaClass.getMethod("toMap").invoke(data) shouldBe expected
        }
    }
})
