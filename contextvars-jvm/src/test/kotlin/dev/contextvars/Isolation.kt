// SPDX-License-Identifier: Apache-2.0
package dev.contextvars

import io.kotest.core.spec.style.FunSpec
import java.util.concurrent.CompletableFuture
import java.util.concurrent.TimeUnit

/** Runs each test of a spec in a context of its own, so that none leaves a value behind on Kotest's thread. */
fun FunSpec.isolateEachTest() {
    aroundTest { (testCase, execute) ->
        val context = Context()
        context.enter()
        // The tests of a FunSpec here do not suspend: they end on the thread they began on.
        try {
            execute(testCase)
        } finally {
            context.exit()
        }
    }
}

/** Runs the body in a new thread, which has no context, and returns its result or throws its exception. */
fun <T> onNewThread(body: () -> T): T {
    val result = CompletableFuture<Result<T>>()
    Thread { result.complete(runCatching(body)) }.start()
    return result.get(30, TimeUnit.SECONDS).getOrThrow()
}
