// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.spring

import org.springframework.web.bind.annotation.ExceptionHandler
import org.springframework.web.bind.annotation.GetMapping
import org.springframework.web.bind.annotation.RestController
import org.springframework.web.bind.annotation.RestControllerAdvice
import org.springframework.web.context.request.async.AsyncRequestTimeoutException

@RestControllerAdvice
internal class MvcErrors {
    @ExceptionHandler
    fun expected(failure: ExpectedException) = "${failure.read} ${read()} ${note.get()}"

    @ExceptionHandler
    fun timeout(failure: AsyncRequestTimeoutException) = "${read()} ${note.get()} ${failure.statusCode}"
}

@RestController
internal class ErrorPage {
    // More specific than Spring Boot's own handler.
    @GetMapping("/error", headers = [HEADER])
    fun errorPage() = "${read()} ${note.get()}"
}
