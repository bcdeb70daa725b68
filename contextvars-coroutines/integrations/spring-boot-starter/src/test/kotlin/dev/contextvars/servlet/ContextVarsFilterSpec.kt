// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.servlet

import dev.contextvars.Context
import dev.contextvars.ContextSwap
import dev.contextvars.ContextVar
import dev.contextvars.testing.ThreadCells
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.shouldBe
import jakarta.servlet.DispatcherType
import jakarta.servlet.http.HttpServlet
import jakarta.servlet.http.HttpServletRequest
import jakarta.servlet.http.HttpServletResponse
import org.apache.catalina.startup.Tomcat
import org.apache.tomcat.util.descriptor.web.ErrorPage
import org.apache.tomcat.util.descriptor.web.FilterDef
import org.apache.tomcat.util.descriptor.web.FilterMap
import java.net.URI
import java.net.http.HttpClient
import java.net.http.HttpRequest
import java.net.http.HttpResponse.BodyHandlers
import kotlin.io.path.createTempDirectory
import org.apache.catalina.Context as Application

private val user = ContextVar("user", "none")
private val note = ContextVar("note", "none")

/** The filter on Tomcat, without Spring. */
class ContextVarsFilterSpec : FunSpec({
    val base = Context().with(note, "base")
    val filter = ContextVarsFilter(base) { request ->
        user.set(checkNotNull(request.getHeader("X-User")) { "no user" })
    }
    val server = Tomcat().apply {
        setBaseDir(createTempDirectory("tomcat").toString())
        setPort(0)
        addContext("", null).apply {
            // Twice: the second mapping has no effect.
            addFilter(filter, "first")
            addFilter(filter, "second")
            addServlet("/forward") { request, response ->
                note.set("set before the forward")
                request.getRequestDispatcher("/read").forward(request, response)
            }
            addServlet("/async") { request, _ ->
                note.set("set before the dispatch")
                request.startAsync().dispatch("/read")
            }
            addServlet("/fails") { _, _ ->
                note.set("set before the failure")
                error("expected")
            }
            addServlet("/leaves-a-context") { _, response ->
                Context().with(user, "of another context").enter()
                response.writer.print("left")
            }
            addServlet("/read") { _, response -> response.writer.print("${user.get()}, ${note.get()}") }
            addErrorPage(ErrorPage().apply { location = "/read" })
        }
        connector
        start()
    }
    val http = HttpClient.newHttpClient()

    fun get(path: String, vararg headers: String) = http
        .send(
            HttpRequest
                .newBuilder(URI("http://localhost:${server.connector.localPort}$path"))
                .apply { if (headers.isNotEmpty()) headers(*headers) }
                .build(),
            BodyHandlers.ofString(),
        ).body()

    afterSpec {
        server.stop()
        server.destroy()
    }
    afterTest { ThreadCells.dirtyThreadsAfter().shouldBeEmpty() }

    listOf(
        "/read" to "alice, base",
        "/forward" to "alice, set before the forward",
        "/async" to "alice, set before the dispatch",
        "/fails" to "alice, set before the failure",
        "/leaves-a-context" to "left",
        "/read" to "alice, base",
    ).forEachIndexed { number, (path, answer) ->
        test("request $number, to $path, answers: $answer") { get(path, "X-User", "alice") shouldBe answer }
    }

    test("a request whose initial values cannot be set fails, and its error page reads the base") {
        get("/read") shouldBe "none, base"
        base.getValue(note) shouldBe "base"
    }

    test("null arguments are rejected") {
        shouldThrow<NullPointerException> { reflectively(null, {}) }.message shouldBe "base"
        shouldThrow<NullPointerException> { reflectively(Context(), null) }.message shouldBe "initial"
    }

    test("no context is current on the thread of the test") { ContextSwap.current() shouldBe null }
})

private fun reflectively(base: Context?, initial: ((HttpServletRequest) -> Unit)?) = try {
    ContextVarsFilter::class.java.constructors
        .single { it.parameterCount == 2 }
        .newInstance(base, initial?.let { java.util.function.Consumer(it) })
} catch (failure: java.lang.reflect.InvocationTargetException) {
    throw failure.targetException
}

private fun Application.addFilter(filter: ContextVarsFilter, name: String) {
    addFilterDef(
        FilterDef().apply {
            this.filter = filter
            filterName = name
            asyncSupported = "true"
        },
    )
    addFilterMap(
        FilterMap().apply {
            filterName = name
            addURLPattern("/*")
            DispatcherType.entries.forEach { setDispatcher(it.name) }
        },
    )
}

private fun Application.addServlet(path: String, handle: (HttpServletRequest, HttpServletResponse) -> Unit) {
    val servlet = object : HttpServlet() {
        override fun doGet(request: HttpServletRequest, response: HttpServletResponse) = handle(request, response)
    }
    Tomcat.addServlet(this, path, servlet).apply { isAsyncSupported = true }
    addServletMappingDecoded(path, path)
}
