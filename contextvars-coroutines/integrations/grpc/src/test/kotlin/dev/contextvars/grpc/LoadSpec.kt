// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.grpc

import dev.contextvars.Context
import dev.contextvars.coroutines.asElement
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.launch
import kotlinx.coroutines.withContext

private const val AT_ONCE = 64

private val calls = checkNotNull(Integer.getInteger("contextvars.stress.calls")) { "Surefire sets the number of calls" }

class LoadSpec : FunSpec({
    Threads.entries.forEach { threads ->
        test(
            "$calls calls, $AT_ONCE at once, read their own values, on $threads",
        ).config(enabled = threads.isAvailable) {
            val journal = threads.record(calls) { channel ->
                withContext(Dispatchers.Default) {
                    repeat(AT_ONCE) { client ->
                        launch(Context().asElement()) {
                            name.set("client $client")
                            for (call in client until calls step AT_ONCE) {
                                kindOf(call).send(channel, "call $call")
                                check(name.get() == "client $client") { "the client reads ${name.get()}" }
                            }
                        }
                    }
                }
            }
            val wrong = (0 until calls).filter { journal.of("call $it") != kindOf(it).reads }
            wrong.take(3).associateWith { journal.of("call $it") } shouldBe emptyMap()
        }
    }
})

private fun kindOf(call: Int) = Kind.entries[call % Kind.entries.size]
