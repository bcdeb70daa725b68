// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.concurrent

import java.util.concurrent.Callable
import java.util.concurrent.CompletableFuture
import java.util.concurrent.Future
import java.util.concurrent.ScheduledExecutorService
import java.util.concurrent.TimeUnit.MILLISECONDS
import java.util.concurrent.TimeUnit.SECONDS

/** A way to give a task to an executor: it submits the body, and returns what waits for its end. */
class Submission(val name: String, val submit: ScheduledExecutorService.(body: () -> Unit) -> Future<*>) {
    /** Submits the body, waits for its end and returns its value. */
    fun <T> call(executor: ScheduledExecutorService, body: () -> T): T {
        var result: Result<T>? = null
        submit(executor) { result = Result.success(body()) }.get(30, SECONDS)
        return result!!.getOrThrow()
    }
}

/** The ways to submit a task that is run once, and to go on. */
val asynchronousSubmissions = listOf(
    Submission("execute") { body ->
        CompletableFuture<Unit>().also { done ->
            execute { runCatching(body).fold(done::complete, done::completeExceptionally) }
        }
    },
    Submission("submit(Runnable)") { body -> submit(Runnable { body() }) },
    Submission("submit(Runnable, result)") { body -> submit(Runnable { body() }, Unit) },
    Submission("submit(Callable)") { body -> submit(Callable { body() }) },
    Submission("schedule(Runnable)") { body -> schedule(Runnable { body() }, 1, MILLISECONDS) },
    Submission("schedule(Callable)") { body -> schedule(Callable { body() }, 1, MILLISECONDS) },
)

/** The ways to submit tasks and to wait for them. */
val blockingSubmissions = listOf(
    Submission("invokeAll") { body -> invokeAll(listOf(Callable { body() })).single() },
    Submission("invokeAll(timeout)") { body -> invokeAll(listOf(Callable { body() }), 30, SECONDS).single() },
    Submission("invokeAny") { body -> completed(invokeAny(listOf(Callable { body() }))) },
    Submission("invokeAny(timeout)") { body -> completed(invokeAny(listOf(Callable { body() }), 30, SECONDS)) },
)

private fun completed(value: Any?): Future<*> = CompletableFuture.completedFuture(value)
