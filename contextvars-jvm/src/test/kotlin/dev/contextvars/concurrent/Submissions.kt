// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.concurrent

import java.util.concurrent.Callable
import java.util.concurrent.CompletableFuture
import java.util.concurrent.CompletableFuture.completedFuture
import java.util.concurrent.Future
import java.util.concurrent.ScheduledExecutorService
import java.util.concurrent.TimeUnit.MILLISECONDS
import java.util.concurrent.TimeUnit.SECONDS

/** A method that submits a task to an executor. The future is done when the task has completed. */
class Submission(val name: String, val submit: ScheduledExecutorService.(body: () -> Unit) -> Future<*>) {
    /** Submits the body, waits for its completion and returns its result. */
    fun <T> call(executor: ScheduledExecutorService, body: () -> T): T {
        var result: Result<T>? = null
        submit(executor) { result = Result.success(body()) }.get(30, SECONDS)
        return result!!.getOrThrow()
    }
}

/** The methods that return before the task has completed. */
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

/** The methods that wait for the task. */
val blockingSubmissions = listOf(
    Submission("invokeAll") { body -> invokeAll(listOf(Callable { body() })).single() },
    Submission("invokeAll(timeout)") { body -> invokeAll(listOf(Callable { body() }), 30, SECONDS).single() },
    Submission("invokeAny") { body -> completedFuture(invokeAny(listOf(Callable { body() }))) },
    Submission("invokeAny(timeout)") { body -> completedFuture(invokeAny(listOf(Callable { body() }), 30, SECONDS)) },
)
