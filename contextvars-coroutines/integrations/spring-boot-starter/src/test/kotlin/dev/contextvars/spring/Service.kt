// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.spring

import org.springframework.boot.builder.SpringApplicationBuilder
import org.springframework.context.ConfigurableApplicationContext
import java.net.URI
import java.net.http.HttpClient
import java.net.http.HttpRequest
import java.net.http.HttpResponse
import java.net.http.HttpResponse.BodyHandlers
import java.time.Duration
import java.util.concurrent.CompletableFuture
import java.util.concurrent.Semaphore
import java.util.concurrent.TimeUnit

/** An application on a free port of a real Tomcat or Netty, and a client of it. */
internal class Service(application: Class<*>, type: String, vararg properties: String) : AutoCloseable {
    val context: ConfigurableApplicationContext = SpringApplicationBuilder(application)
        .properties(
            "spring.main.web-application-type=$type",
            "spring.main.banner-mode=off",
            "logging.level.root=off", // requests fail on purpose
            "server.port=0",
            "server.address=127.0.0.1",
            "spring.mvc.async.request-timeout=60s",
            *properties,
        ).run()
    private val port = context.environment.getRequiredProperty("local.server.port")
    private val client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()

    fun send(path: String, header: Pair<String, String>): CompletableFuture<HttpResponse<String>> {
        val request = HttpRequest
            .newBuilder(URI("http://127.0.0.1:$port$path"))
            .header(header.first, header.second)
            .timeout(Duration.ofMinutes(2))
            .build()
        return client.sendAsync(request, BodyHandlers.ofString())
    }

    fun get(path: String, header: Pair<String, String>): HttpResponse<String> =
        send(path, header).get(2, TimeUnit.MINUTES)

    fun get(path: String, user: String = "u0"): HttpResponse<String> = get(path, HEADER to user)

    /** Sends the requests, 64 at once and each of another user, and returns what is wrong with their answers. */
    fun problems(path: String, requests: Int = REQUESTS, status: Int = 200): List<String> {
        val free = Semaphore(AT_ONCE)
        val answers = (1..requests).map { number ->
            check(free.tryAcquire(2, TimeUnit.MINUTES)) { "$path: no answer" }
            send(path, HEADER to "u$number").whenComplete { _, _ -> free.release() }
        }
        return answers.mapIndexedNotNull {
            index,
            answer,
            ->
            problem(answer.get(2, TimeUnit.MINUTES), "u${index + 1}", status)
        }
    }

    /** An answer contains at least two values of the user, and no other. */
    private fun problem(answer: HttpResponse<String>, user: String, status: Int): String? {
        val values = valuesIn(answer.body())
        val isRight = answer.statusCode() == status && values.size > 1 && values.all { it == user }
        return if (isRight) null else "$user: ${answer.statusCode()} ${answer.body()}"
    }

    override fun close() {
        context.close()
    }

    companion object {
        /** The number of requests of each kind. */
        val REQUESTS: Int = Integer.getInteger("contextvars.spring.requests", 128)

        /** The number of repetitions of incorrect use. */
        val REPETITIONS: Int = Integer.getInteger("contextvars.spring.repetitions", 200)

        private const val AT_ONCE = 64
        private val value = Regex("\\bu\\d+|\\b$DEFAULT\\b")

        fun valuesIn(text: String): List<String> = value.findAll(text).map { it.value }.toList()
    }
}
