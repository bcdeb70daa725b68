// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.spring.docs

import dev.contextvars.Context
import dev.contextvars.coroutines.asElement
import dev.contextvars.spring.docs.OrdersApplication.TENANT
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.delay
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.flow
import kotlinx.coroutines.flow.flowOn
import kotlinx.coroutines.withContext
import org.springframework.http.MediaType.TEXT_EVENT_STREAM_VALUE
import org.springframework.web.bind.annotation.GetMapping
import org.springframework.web.bind.annotation.RestController

// snippet: kotlin
@RestController
class Reports {
    @GetMapping("/report")
    suspend fun report(): String {
        delay(5) // may resume on any thread
        return withContext(Dispatchers.IO) { "report of ${TENANT.get()}" }
    }

    @GetMapping("/lines", produces = [TEXT_EVENT_STREAM_VALUE])
    suspend fun lines(): Flow<String> = flow {
        delay(5)
        emit("line of ${TENANT.get()}")
    }.flowOn(Context.copyContext().asElement() + Dispatchers.Default) // only in a suspend handler
}
// end: kotlin
