// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.spring

import dev.contextvars.ContextSwap
import dev.contextvars.testing.ThreadCells
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.shouldBe
import jakarta.servlet.RequestDispatcher.ERROR_EXCEPTION
import jakarta.servlet.http.HttpServletRequest
import org.springframework.boot.autoconfigure.EnableAutoConfiguration
import org.springframework.context.annotation.Bean
import org.springframework.context.annotation.Configuration
import org.springframework.context.annotation.Import
import org.springframework.web.bind.annotation.GetMapping
import org.springframework.web.bind.annotation.RestController
import org.springframework.web.context.request.async.DeferredResult
import java.util.concurrent.ConcurrentHashMap
import java.util.concurrent.ConcurrentLinkedQueue
import java.util.concurrent.CountDownLatch
import java.util.concurrent.Executors
import java.util.concurrent.TimeUnit

/** A handler's own thread enters the request's context, and completes the request while it is inside. */
class BadUseSpec : FunSpec({
    val service = Service(BadApplication::class.java, "servlet")
    val handlers = service.context.getBean(BadHandlers::class.java)
    afterSpec { service.close() }
    afterTest {
        handlers.repeatedCalls().shouldBeEmpty()
        ThreadCells.dirtyThreadsAfter().shouldBeEmpty()
    }

    test("the request fails, its error page reads a copy, and no thread stays dirty") {
        repeat(Service.REPETITIONS) { number ->
            val answer = service.get("/stays-inside", "u$number")
            handlers.leave("u$number")
            "${answer.statusCode()} ${answer.body()}" shouldBe "500 u$number u$number ContextEnteredException"
        }
    }

    test("a race of the request with the thread's exit ends with either result") {
        val answers = (1..Service.REPETITIONS).map { service.send("/exits-soon", HEADER to "u$it") }
        answers.map { it.get(2, TimeUnit.MINUTES) }.filterNot { it.statusCode() in setOf(200, 500) }.shouldBeEmpty()
    }
})

@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
@Import(BadHandlers::class)
internal class BadApplication {
    @Bean
    fun users() = RequestInitializer<HttpServletRequest> { user.set(it.getHeader(HEADER)) }
}

@RestController
internal class BadHandlers {
    private val calls = ConcurrentLinkedQueue<String>()
    private val inside = ConcurrentHashMap<String, CountDownLatch>()
    private val ownThreads = Executors.newCachedThreadPool { Thread(it).apply { isDaemon = true } }

    @GetMapping("/stays-inside")
    fun staysInside(request: HttpServletRequest) = completeInside(request) { latch(read()).await() }

    @GetMapping("/exits-soon")
    fun exitsSoon(request: HttpServletRequest) = completeInside(request) { }

    @GetMapping("/error", headers = [HEADER])
    fun errorPage(request: HttpServletRequest): String {
        val failure = generateSequence(request.getAttribute(ERROR_EXCEPTION) as Throwable) { it.cause }.last()
        return "${read()} ${note.get()} ${failure.javaClass.simpleName}"
    }

    fun leave(user: String) = latch(user).countDown()

    /** Returns the calls of a handler for a request that it has already handled, and forgets all calls. */
    fun repeatedCalls(): List<String> = calls.filter { it.startsWith("again") }.also { calls.clear() }

    private fun latch(user: String) = inside.computeIfAbsent(user) { CountDownLatch(1) }

    private fun completeInside(request: HttpServletRequest, andThen: () -> Unit): DeferredResult<String> {
        val isFirst = request.getAttribute("handled") == null
        request.setAttribute("handled", true)
        calls += "${if (isFirst) "first" else "again"} ${request.dispatcherType} ${visit()}"
        val context = checkNotNull(ContextSwap.current())
        val result = DeferredResult<String>()
        ownThreads.execute {
            context.execute {
                result.setResult("${read()} ${note.get()}")
                andThen()
            }
        }
        return result
    }
}
