// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.spring

import dev.contextvars.testing.ThreadCells
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.shouldBe

/** Which values code of WebFlux reads, on Netty: for each place, requests of many users, 64 at once. */
class WebFluxSpec : FunSpec({
    val service = Service(WebFluxApplication::class.java, "reactive")
    val doFinally = service.context.getBean("doFinally", Sightings::class.java)
    val afterCoroutines = service.context.getBean("afterCoroutines", Sightings::class.java)
    afterSpec { service.close() }
    afterTest { ThreadCells.dirtyThreadsAfter().shouldBeEmpty() }

    val places = mapOf(
        "a handler" to "/plain",
        "a Mono" to "/mono",
        "a Flux" to "/flux",
        "a stream of events" to "/sse",
        "zip" to "/zip",
        "a Flow" to "/flow",
        "the handler of an exception" to "/exception",
        "a suspend handler" to "/co-suspend",
        "a child coroutine" to "/co-children",
        "coRouter" to "/co-router",
        "a Flow of a suspend handler, with flowOn" to "/co-flow-on",
        "the suspend handler of an exception" to "/co-exception",
    )
    places.forEach { (place, path) ->
        test("$place reads the values of its request, and so do doFinally and CoWebFilter") {
            service.problems(path).shouldBeEmpty()
            doFinally.wrongOf(Service.REQUESTS).shouldBeEmpty()
            afterCoroutines.wrongOf(Service.REQUESTS).shouldBeEmpty()
        }
    }

    test("WebClient's operators read the values of the request that sends") {
        service.problems("/web-client").shouldBeEmpty()
        doFinally.wrongOf(2 * Service.REQUESTS).shouldBeEmpty()
        afterCoroutines.wrongOf(2 * Service.REQUESTS).shouldBeEmpty()
    }

    // A known limit: Spring converts the Flow itself.
    test("a Flow of a suspend handler reads defaults after a suspension") {
        Service.valuesIn(service.get("/co-flow").body()).last() shouldBe DEFAULT
    }
})

/** The same load without the integration: the specs above must notice that. */
class WebFluxControlSpec : FunSpec({
    test("without the integration, all requests read defaults") {
        Service(WebFluxApplication::class.java, "reactive", "contextvars.enabled=false").use { service ->
            listOf("/plain", "/mono", "/co-suspend").forEach { path ->
                service.problems(path, requests = 64).size shouldBe 64
            }
        }
    }
})
