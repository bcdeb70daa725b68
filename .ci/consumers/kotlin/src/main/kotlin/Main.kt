// SPDX-License-Identifier: Apache-2.0
import dev.contextvars.Context
import dev.contextvars.ContextVar
import dev.contextvars.coroutines.asElement
import dev.contextvars.coroutines.asSharedElement
import dev.contextvars.coroutines.getValue
import dev.contextvars.coroutines.setValue
import dev.contextvars.coroutines.withContext
import dev.contextvars.coroutines.withValue
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withContext

private val user = ContextVar("user", "nobody")
private var depth by ContextVar("depth", 0)

/** A program with coroutines. */
fun main() {
    runBlocking(Context().asElement()) {
        user.set("alice")
        depth += 1
        launch {
            user.set("bob")
            delay(1)
            check(user.get() == "bob")
        }.join()
        withContext(Dispatchers.IO) { check(user.get() == "alice") }
        user.withValue("carol") { check(user.get() == "carol") }

        val shared = Context()
        launch(shared.asSharedElement()) { user.set("dave") }.join()
        check(shared[user] == "dave")
        withContext(shared) { check(user.get() == "dave") }
        check(user.get() == "alice")
        check(depth == 1)
    }
    println("passed: stdlib ${KotlinVersion.CURRENT} on JDK ${Runtime.version().feature()}")
}
