// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.logback

import ch.qos.logback.classic.AsyncAppender
import ch.qos.logback.classic.spi.ILoggingEvent
import ch.qos.logback.core.Appender
import dev.contextvars.Context
import dev.contextvars.ContextWatchers
import dev.contextvars.concurrent.ContextExecutors
import dev.contextvars.logging.LogFields
import dev.contextvars.logging.testing.Hops
import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.ints.shouldBeGreaterThan
import io.kotest.matchers.shouldBe
import net.logstash.logback.appender.LoggingEventAsyncDisruptorAppender
import org.slf4j.MDC
import java.util.concurrent.ExecutorService
import java.util.concurrent.Executors
import java.util.concurrent.TimeUnit
import kotlin.random.Random

/** The values that an event shows, on any thread. */
class ThreadsSpec : FunSpec({
    fun <R> registered(block: () -> R): R = LogFields.add(tenant).use { block() }

    test("a set shows in the next line, a reset the value before, and after run nothing shows") {
        val lines = lines("%X{tenant:-none}")
        val log = lines.logger()
        registered {
            Context().execute {
                log.info("not set")
                val first = tenant.set("acme")
                log.info("set")
                tenant.set("globex").close()
                log.info("reset")
                tenant.reset(first)
                log.info("reset")
            }
            log.info("after run")
        }
        lines.texts shouldContainExactly listOf("none", "acme", "acme", "none", "none")
    }

    test("a variable that is not registered does not show") {
        val lines = lines("%X{tenant:-none}")
        inAcme { lines.logger().info("message") }
        lines.texts shouldContainExactly listOf("none")
    }

    test("a task of a wrapped executor shows its submitter's values, a task of a bare pool does not") {
        val lines = lines("%X{tenant:-none}")
        val log = lines.logger()
        val pool = Executors.newSingleThreadExecutor()
        registered {
            inAcme {
                ContextExecutors.wrap(pool).submit { log.info("wrapped") }.get(30, TimeUnit.SECONDS)
                pool.submit { log.info("bare") }.get(30, TimeUnit.SECONDS)
            }
        }
        pool.shutdown()
        lines.texts shouldContainExactly listOf("acme", "none")
    }

    test("a watcher that fills the MDC instead shows a stale value after a set") {
        val lines = lines("%X{tenant:-none}")
        val log = lines.logger()
        ContextWatchers.add { MDC.put("tenant", it?.get(tenant)) }.use {
            Context().with(tenant, "acme").execute {
                tenant.set("globex")
                log.info("message")
            }
        }
        MDC.clear()
        lines.texts shouldContainExactly listOf("acme")
    }

    val appenders = mapOf<String, (Appender<ILoggingEvent>) -> Appender<ILoggingEvent>>(
        "a synchronous appender" to { it },
        "an AsyncAppender" to { lines ->
            AsyncAppender().apply {
                context = defaultContext
                queueSize = Hops.LINES
                discardingThreshold = 0
                maxFlushTime = 0 // no limit: by default, stop() gives up after a second
                addAppender(lines)
                start()
            }
        },
        "Logstash's disruptor appender" to { lines ->
            LoggingEventAsyncDisruptorAppender().apply {
                context = defaultContext
                ringBufferSize = 1 shl 15 // it drops events that do not fit
                addAppender(lines)
                start()
            }
        },
    )
    appenders.forEach { (name, wrap) ->
        test("${Hops.LINES} lines of hopping coroutines each show their own values with $name") {
            val seed = Random.nextLong()
            val lines = lines(Hops.PATTERN)
            val appender = wrap(lines)
            val log = appender.logger()
            val hops = Hops(seed) { log.info(it) }
            hops.run()
            if (appender !== lines) appender.stop() // writes what is in its queue
            withClue("seed $seed") {
                Hops.wrong(lines.texts).take(10).shouldBeEmpty()
                lines.texts shouldHaveSize Hops.LINES
                hops.hops.get() shouldBeGreaterThan 1_000
            }
        }
    }

    test("2,000 virtual threads each show their own values").config(enabled = virtualThreads != null) {
        val lines = lines("%X{tenant:-none} %msg")
        val log = lines.logger()
        registered {
            virtualThreads!!().use { executor ->
                val threads = ContextExecutors.wrap(executor)
                val tasks = List(2_000) { number ->
                    Context().run {
                        tenant.set("t$number")
                        threads.submit {
                            log.info("t$number")
                            Thread.yield()
                            log.info("t$number")
                        }
                    }
                }
                tasks.forEach { it.get(60, TimeUnit.SECONDS) }
            }
        }
        lines.texts shouldHaveSize 4_000
        lines.texts.filter { it.substringBefore(' ') != it.substringAfter(' ') }.shouldBeEmpty()
    }
})

/** Makes an executor of virtual threads; null before JDK 21. */
private val virtualThreads: (() -> ClosingExecutor)? = runCatching {
    val factory = Executors::class.java.getMethod("newVirtualThreadPerTaskExecutor")

    fun() = ClosingExecutor(factory.invoke(null) as ExecutorService)
}.getOrNull()

private class ClosingExecutor(executor: ExecutorService) :
    ExecutorService by executor,
    AutoCloseable {
    override fun close() = shutdown()
}
