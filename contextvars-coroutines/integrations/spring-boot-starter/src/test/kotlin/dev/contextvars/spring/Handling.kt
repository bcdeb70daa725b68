// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.spring

import dev.contextvars.Context
import dev.contextvars.coroutines.asElement
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.flow
import kotlinx.coroutines.flow.flowOn
import kotlinx.coroutines.withContext
import reactor.core.publisher.Mono
import reactor.core.scheduler.Schedulers
import java.time.Duration
import kotlin.concurrent.thread
import kotlin.coroutines.intrinsics.COROUTINE_SUSPENDED
import kotlin.coroutines.intrinsics.intercepted
import kotlin.coroutines.intrinsics.suspendCoroutineUninterceptedOrReturn
import kotlin.coroutines.resume

// What handlers of Spring MVC and of WebFlux have in common.

internal fun readsInMono(outside: String): Mono<String> = Mono
    .fromCallable { read() }
    .subscribeOn(Schedulers.boundedElastic())
    .delayElement(Duration.ofMillis(1))
    .map { "$outside $it ${read()}" }

internal fun readsInZip(): Mono<String> {
    val branch = Mono.fromCallable { read() }.subscribeOn(Schedulers.boundedElastic())
    return Mono.zip(branch, branch) { left, right -> "$left $right ${read()}" }
}

internal suspend fun readsOnOtherThreads(): String {
    val before = read()
    resumedElsewhere()
    return withContext(Dispatchers.IO) { "$before ${visit()}" }
}

internal suspend fun readsInChild(): String = coroutineScope {
    visit()
    val child = async(Dispatchers.Default) {
        note.set("of a child")
        resumedElsewhere()
        read()
    }
    "${child.await()} ${note.get()} ${read()}"
}

internal fun reads(): Flow<String> = flow {
    emit(read())
    resumedElsewhere()
    emit(read())
}

internal fun readsInCopy(): Flow<String> = reads().flowOn(Context.copyContext().asElement() + Dispatchers.Default)

/** Suspends always, and resumes on another thread. A short delay does neither if its thread is held up for so long. */
internal suspend fun resumedElsewhere() = suspendCoroutineUninterceptedOrReturn<Unit> { caller ->
    val continuation = caller.intercepted()
    thread { continuation.resume(Unit) }
    COROUTINE_SUSPENDED
}
