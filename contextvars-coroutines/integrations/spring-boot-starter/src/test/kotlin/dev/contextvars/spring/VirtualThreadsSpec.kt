// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.spring

import dev.contextvars.testing.ThreadCells
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty

private const val FIRST_JDK = 21
private val PLACES =
    listOf(
        "/plain",
        "/callable",
        "/streaming-body",
        "/async-task",
        "/deferred-result",
        "/mono",
        "/suspend",
        "/children",
    )

/** The same as MvcSpec on virtual threads, for the places whose threads differ. */
class VirtualThreadsSpec : FunSpec({
    test("code on virtual threads reads the values of its request")
        .config(enabled = Runtime.version().feature() >= FIRST_JDK) {
            Service(MvcApplication::class.java, "servlet", "spring.threads.virtual.enabled=true").use { service ->
                val afterCompletion = service.context.getBean(Sightings::class.java)
                PLACES.forEach { path ->
                    service.problems(path).shouldBeEmpty()
                    afterCompletion.wrongOf(Service.REQUESTS).shouldBeEmpty()
                }
            }
            ThreadCells.dirtyThreadsAfter().shouldBeEmpty()
        }
})
