// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.samples.orders

import com.fasterxml.jackson.annotation.JsonInclude
import io.ktor.http.ContentType
import io.ktor.http.HttpStatusCode
import io.ktor.server.application.ApplicationCall
import io.ktor.server.plugins.BadRequestException
import io.ktor.server.plugins.statuspages.StatusPagesConfig
import io.ktor.server.request.ContentTransformationException
import io.ktor.server.request.httpMethod
import io.ktor.server.request.uri
import io.ktor.server.response.respondText
import kotlinx.coroutines.CancellationException
import org.slf4j.LoggerFactory

private val log = LoggerFactory.getLogger("problems")

/**
 * The body of an error response (RFC 9457). The title is the text of the status, and the detail explains how to fix the
 * request.
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
data class Problem(val title: String, val status: Int, val detail: String?, val requestId: String)

/** Maps exceptions to problem responses that do not expose internal details to the client. */
fun StatusPagesConfig.problems() {
    exception<TenantMissing> { call, _ ->
        call.respondProblem(HttpStatusCode.BadRequest, "the header X-Tenant is missing")
    }
    exception<TenantUnknown> { call, _ ->
        call.respondProblem(HttpStatusCode.NotFound, "there is no such tenant")
    }
    exception<BadRequestException> { call, _ ->
        call.respondProblem(HttpStatusCode.BadRequest, "the body is not what is expected here")
    }
    exception<ContentTransformationException> { call, _ ->
        call.respondProblem(HttpStatusCode.UnsupportedMediaType, "the body has to be application/json")
    }
    exception<OrderRejected> { call, rejection ->
        call.respondProblem(HttpStatusCode.UnprocessableEntity, rejection.message)
    }
    exception<NoOrders> { call, _ ->
        call.respondProblem(HttpStatusCode.NotFound, "there are no orders")
    }
    exception<PrecisionFailed> { call, failure ->
        call.respondProblem(HttpStatusCode.BadGateway, failure.message)
    }
    exception<Throwable> { call, failure ->
        // The client has disconnected, so no response can be sent.
        if (failure is CancellationException) throw failure
        log.error("{} {} failed", call.request.httpMethod.value, call.request.uri, failure)
        call.respondProblem(HttpStatusCode.InternalServerError)
    }
    // Statuses for which Ktor itself responds, without a body.
    status(
        HttpStatusCode.Unauthorized,
        HttpStatusCode.NotFound,
        HttpStatusCode.MethodNotAllowed,
        HttpStatusCode.NotAcceptable,
    ) { call, status -> call.respondProblem(status) }
}

private suspend fun ApplicationCall.respondProblem(status: HttpStatusCode, detail: String? = null) {
    val problem = Problem(status.description, status.value, detail, requestId.get())
    respondText(json.writeValueAsString(problem), ContentType.Application.ProblemJson, status)
}
