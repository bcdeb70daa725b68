// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.spring

import dev.contextvars.Context
import jakarta.servlet.http.HttpServletResponse
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.flow.Flow
import org.springframework.http.MediaType.TEXT_EVENT_STREAM_VALUE
import org.springframework.scheduling.annotation.Async
import org.springframework.web.bind.annotation.GetMapping
import org.springframework.web.bind.annotation.RestController
import org.springframework.web.context.request.async.DeferredResult
import org.springframework.web.context.request.async.WebAsyncTask
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter
import org.springframework.web.servlet.mvc.method.annotation.StreamingResponseBody
import reactor.core.publisher.Flux
import reactor.core.publisher.Mono
import java.time.Duration
import java.util.concurrent.Callable
import java.util.concurrent.CompletableFuture
import java.util.concurrent.Executors

/** Each handler returns the values that it reads, and leaves a note. */
@RestController
internal class MvcHandlers(private val tasks: AsyncTasks) {
    private val ownThreads = Executors.newCachedThreadPool { Thread(it).apply { isDaemon = true } }

    @GetMapping("/plain")
    fun plain() = "${visit()} ${read()}"

    @GetMapping("/callable")
    fun callable() = read().let { outside -> Callable { "$outside ${visit()}" } }

    @GetMapping("/web-async-task")
    fun webAsyncTask() = read().let { outside -> WebAsyncTask { "$outside ${visit()}" } }

    @GetMapping("/streaming-body")
    fun streamingBody() = read().let { outside ->
        StreamingResponseBody { it.write("$outside ${visit()}".toByteArray()) }
    }

    @GetMapping("/async-task")
    fun asyncTask(): CompletableFuture<String> = visit().let { outside -> tasks.read().thenApply { "$outside $it" } }

    @GetMapping("/deferred-result")
    fun deferredResult() = DeferredResult<String>().also { result ->
        val outside = visit()
        ownThreads.execute(Context.copyContext().wrap { result.setResult("$outside ${read()}") })
    }

    @GetMapping("/sse-emitter")
    fun sseEmitter() = SseEmitter().also { emitter ->
        visit()
        val events = Context.copyContext().wrap {
            repeat(2) { emitter.send(read()) }
            emitter.complete()
        }
        ownThreads.execute(events)
    }

    @GetMapping("/mono")
    fun mono(): Mono<String> = readsInMono(visit())

    @GetMapping("/flux", produces = [TEXT_EVENT_STREAM_VALUE])
    fun flux(): Flux<String> {
        visit()
        return Flux.range(0, 2).delayElements(Duration.ofMillis(1)).map { read() }
    }

    @GetMapping("/zip")
    fun zip(): Mono<String> {
        visit()
        return readsInZip()
    }

    @GetMapping("/suspend")
    suspend fun suspending() = readsOnOtherThreads()

    @GetMapping("/children")
    suspend fun children() = readsInChild()

    @GetMapping("/value-class")
    suspend fun valueClass() = Name("${visit()} ${read()}")

    @GetMapping("/flow", produces = [TEXT_EVENT_STREAM_VALUE])
    fun flow(): Flow<String> = reads().also { visit() }

    @GetMapping("/suspend-flow-on", produces = [TEXT_EVENT_STREAM_VALUE])
    suspend fun suspendFlowOn(): Flow<String> {
        visit()
        return readsInCopy()
    }

    @GetMapping("/suspend-flow", produces = [TEXT_EVENT_STREAM_VALUE])
    suspend fun suspendFlow(): Flow<String> = reads().also { visit() }

    @GetMapping("/exception")
    fun exception(): String = throw ExpectedException(visit())

    @GetMapping("/callable-exception")
    fun callableException() = Callable<String> { throw ExpectedException(visit()) }

    @GetMapping("/suspend-exception")
    suspend fun suspendException(): String {
        resumedElsewhere()
        throw ExpectedException(visit())
    }

    @GetMapping("/send-error")
    fun sendError(response: HttpServletResponse) {
        visit()
        response.sendError(418)
    }

    @GetMapping("/unhandled")
    fun unhandled(): String = error(visit())

    /** Completes the Callables that are still running after their timeout. */
    val late = CompletableFuture<String>()

    @GetMapping("/callable-timeout")
    fun callableTimeout(): Callable<String> {
        visit()
        return Callable {
            note.set("of the Callable")
            late.join() // Spring interrupts the thread, but join() ignores that
        }
    }

    @GetMapping("/suspend-timeout")
    suspend fun suspendTimeout(): String {
        note.set("of the coroutine")
        awaitCancellation()
    }
}

/** Returned as its text, like by Spring's own adapter. */
@JvmInline
internal value class Name(val text: String)

internal class ExpectedException(val read: String) : RuntimeException()

internal open class AsyncTasks {
    @Async
    open fun read(): CompletableFuture<String> = CompletableFuture.completedFuture(user.get())
}
