// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.logback.docs

import dev.contextvars.Context
import dev.contextvars.ContextVar
import dev.contextvars.coroutines.asElement
import dev.contextvars.coroutines.withContext
import dev.contextvars.logging.LogFields
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import org.slf4j.LoggerFactory

// snippet: kotlin
private val requestId = ContextVar<String>("requestId")
private val log = LoggerFactory.getLogger("orders")

suspend fun handle(id: String) = withContext(Context().with(requestId, id)) {
    log.info("received") // prints [r-1] received
    delay(10) // may resume on any thread
    launch(Dispatchers.IO) { log.info("priced") }.join() // prints [r-1] priced
}

fun main() {
    LogFields.add(requestId) // once, when the application starts
    runBlocking(Context().asElement()) { handle("r-1") }
    log.info("idle") // prints [none] idle
}
// end: kotlin
