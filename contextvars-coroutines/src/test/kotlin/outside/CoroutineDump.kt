// SPDX-License-Identifier: Apache-2.0
package outside

import dev.contextvars.Context
import dev.contextvars.ContextVar
import dev.contextvars.coroutines.ContextElementKey
import dev.contextvars.coroutines.asElement
import dev.contextvars.testing.Output
import kotlinx.coroutines.CoroutineName
import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.cancelChildren
import kotlinx.coroutines.debug.DebugProbes
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.yield

// snippet: dumpAll
@OptIn(ExperimentalCoroutinesApi::class)
fun dumpAll() {
    for (coroutine in DebugProbes.dumpCoroutinesInfo()) {
        val name = coroutine.context[CoroutineName]?.name
        println("$name is ${coroutine.state} in ${coroutine.context[ContextElementKey]}")
    }
}
// end: dumpAll

/** Prints what dumps show of two coroutines; see CoroutineDumpSpec. */
@OptIn(ExperimentalCoroutinesApi::class)
internal object CoroutineDump {
    private val requestId = ContextVar<String>("requestId")
    private val password = ContextVar.builder<String>("password").redacted().build()

    @JvmStatic
    fun main(args: Array<String>) = runBlocking(Context().asElement() + CoroutineName("main")) {
        requestId.set("r-1")
        launch(CoroutineName("orders")) {
            password.set("wonderland")
            awaitCancellation()
        }
        yield() // one thread: the child now waits
        for ((i, line) in Output.of(::dumpAll).withIndex()) println("recipe $i=$line")
        for ((i, line) in Output.of { DebugProbes.dumpCoroutines() }.withIndex()) println("probes $i=$line")
        coroutineContext.cancelChildren()
    }
}
