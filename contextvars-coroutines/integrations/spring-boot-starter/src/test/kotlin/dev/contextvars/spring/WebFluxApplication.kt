// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.spring

import kotlinx.coroutines.flow.Flow
import org.springframework.boot.autoconfigure.EnableAutoConfiguration
import org.springframework.context.annotation.Bean
import org.springframework.context.annotation.Configuration
import org.springframework.context.annotation.Import
import org.springframework.core.env.Environment
import org.springframework.http.MediaType.TEXT_EVENT_STREAM_VALUE
import org.springframework.http.server.reactive.ServerHttpRequest
import org.springframework.web.bind.annotation.ExceptionHandler
import org.springframework.web.bind.annotation.GetMapping
import org.springframework.web.bind.annotation.RestController
import org.springframework.web.reactive.function.client.WebClient
import org.springframework.web.reactive.function.server.bodyValueAndAwait
import org.springframework.web.reactive.function.server.coRouter
import org.springframework.web.server.CoWebFilter
import org.springframework.web.server.CoWebFilterChain
import org.springframework.web.server.ServerWebExchange
import org.springframework.web.server.WebFilter
import reactor.core.publisher.Flux
import reactor.core.publisher.Mono
import java.time.Duration

@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
@Import(WebFluxHandlers::class)
internal class WebFluxApplication {
    @Bean
    fun users() = RequestInitializer<ServerHttpRequest> { request -> user.set(request.headers.getFirst(HEADER)!!) }

    @Bean
    fun doFinally() = Sightings()

    @Bean
    fun afterCoroutines() = Sightings()

    @Bean
    fun doFinallyFilter(doFinally: Sightings) = WebFilter { exchange, chain ->
        val sent = exchange.request.headers.getFirst(HEADER) // Netty's request may have other headers afterwards
        chain.filter(exchange).doFinally { doFinally.add(sent, read()) }
    }

    @Bean
    fun coroutineFilter(afterCoroutines: Sightings) = object : CoWebFilter() {
        override suspend fun filter(exchange: ServerWebExchange, chain: CoWebFilterChain) {
            val sent = exchange.request.headers.getFirst(HEADER)
            resumedElsewhere()
            chain.filter(exchange)
            val isCoroutine = exchange.request.path
                .value()
                .startsWith("/co-")
            afterCoroutines.add(sent, read(), if (isCoroutine) note.get() else read())
        }
    }

    @Bean
    fun router() = coRouter {
        GET("/co-router") {
            resumedElsewhere()
            ok().bodyValueAndAwait("${visit()} ${read()}")
        }
    }
}

@RestController
internal class WebFluxHandlers(private val environment: Environment) {
    private val client = WebClient.create()

    @GetMapping("/plain")
    fun plain() = "${read()} ${read()}"

    @GetMapping("/mono")
    fun mono(): Mono<String> = readsInMono(read())

    @GetMapping("/flux")
    fun flux(): Flux<String> = Flux.range(0, 2).delayElements(Duration.ofMillis(1)).map { "${read()} " }

    @GetMapping("/sse", produces = [TEXT_EVENT_STREAM_VALUE])
    fun sse(): Flux<String> = Flux.range(0, 2).delayElements(Duration.ofMillis(1)).map { read() }

    @GetMapping("/zip")
    fun zip(): Mono<String> = readsInZip()

    @GetMapping("/web-client")
    fun webClient(): Mono<String> = client
        .get()
        .uri("http://127.0.0.1:{port}/plain", environment.getProperty("local.server.port"))
        .header(HEADER, read())
        .retrieve()
        .bodyToMono(String::class.java)
        .map { "$it ${read()}" }

    @GetMapping("/flow", produces = [TEXT_EVENT_STREAM_VALUE])
    fun flow(): Flow<String> = reads()

    @GetMapping("/exception")
    fun exception(): Mono<String> = Mono.delay(Duration.ofMillis(1)).map { throw ExpectedException(read()) }

    @ExceptionHandler
    fun expected(failure: ExpectedException) = "${failure.read} ${read()}"

    @GetMapping("/co-suspend")
    suspend fun suspending() = readsOnOtherThreads()

    @GetMapping("/co-children")
    suspend fun children() = readsInChild()

    @GetMapping("/co-flow-on", produces = [TEXT_EVENT_STREAM_VALUE])
    suspend fun flowOn(): Flow<String> {
        visit()
        return readsInCopy()
    }

    @GetMapping("/co-flow", produces = [TEXT_EVENT_STREAM_VALUE])
    suspend fun suspendFlow(): Flow<String> = reads().also { visit() }

    @GetMapping("/co-exception")
    suspend fun suspendException(): String {
        resumedElsewhere()
        throw ExpectedSuspendException(visit())
    }

    @ExceptionHandler
    suspend fun expectedBySuspend(failure: ExpectedSuspendException): String {
        resumedElsewhere()
        return "${failure.read} ${read()} ${note.get()}"
    }
}

internal class ExpectedSuspendException(val read: String) : RuntimeException()
