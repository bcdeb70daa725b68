// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.spring

import dev.contextvars.testing.ThreadCells
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.shouldBe

/** Which values code of Spring MVC reads, on Tomcat: for each place, requests of many users, 64 at once. */
class MvcSpec : FunSpec({
    val service = Service(MvcApplication::class.java, "servlet")
    val afterCompletion = service.context.getBean(Sightings::class.java)
    afterSpec { service.close() }
    afterTest { ThreadCells.dirtyThreadsAfter().shouldBeEmpty() }

    val places = mapOf(
        "a handler" to "/plain",
        "a Callable" to "/callable",
        "a WebAsyncTask" to "/web-async-task",
        "a StreamingResponseBody" to "/streaming-body",
        "an @Async method" to "/async-task",
        "a wrapped task that completes a DeferredResult" to "/deferred-result",
        "a wrapped task that sends events" to "/sse-emitter",
        "a Mono" to "/mono",
        "a Flux" to "/flux",
        "zip" to "/zip",
        "a suspend handler" to "/suspend",
        "a child coroutine" to "/children",
        "a suspend handler that returns a value class" to "/value-class",
        "a Flow" to "/flow",
        "a Flow of a suspend handler, with flowOn" to "/suspend-flow-on",
        "the handler of an exception" to "/exception",
        "the handler of a Callable's exception" to "/callable-exception",
        "the handler of a suspend handler's exception" to "/suspend-exception",
    )
    places.forEach { (place, path) ->
        test("$place reads the values of its request, and afterCompletion the note") {
            service.problems(path).shouldBeEmpty()
            afterCompletion.wrongOf(Service.REQUESTS).shouldBeEmpty()
        }
    }

    mapOf("/send-error" to 418, "/unhandled" to 500).forEach { (path, status) ->
        test("the error page of $path reads the values and the note of its request") {
            service.problems(path, status = status).shouldBeEmpty()
        }
    }

    // A known limit: Spring converts the Flow itself.
    test("a Flow of a suspend handler reads defaults after a suspension") {
        Service.valuesIn(service.get("/suspend-flow").body()).last() shouldBe DEFAULT
    }

    test("after a timeout, the request continues in its own context") {
        Service(MvcApplication::class.java, "servlet", "spring.mvc.async.request-timeout=50ms").use { impatient ->
            impatient.problems("/callable-timeout", requests = 64).shouldBeEmpty()
            impatient.context
                .getBean(MvcHandlers::class.java)
                .late
                .complete("late")
            val read = impatient.get("/suspend-timeout", "u1").body()
            Service.valuesIn(read) shouldBe listOf("u1", DEFAULT)
        }
    }
})

/** The same load without the integration: the specs above must notice that. */
class MvcControlSpec : FunSpec({
    test("without the integration, requests read wrong values and leave them on threads") {
        Service(MvcApplication::class.java, "servlet", "contextvars.enabled=false").use { service ->
            listOf("/callable", "/async-task").forEach { path ->
                (path to service.problems(path, requests = 64).isEmpty()) shouldBe (path to false)
            }
            ThreadCells.dirtyThreads().isEmpty() shouldBe false
        }
        ThreadCells.dirtyThreadsAfter().shouldBeEmpty() // the threads end with the server
    }
})
