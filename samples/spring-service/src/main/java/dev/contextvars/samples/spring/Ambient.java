// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.samples.spring;

import dev.contextvars.ContextVar;
import dev.contextvars.logging.LogFields;
import dev.contextvars.spring.RequestInitializer;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The values that every layer of the service can read, without passing them as parameters. */
@Configuration(proxyBeanMethods = false)
class Ambient {
  /** The tenant whose data a request uses. */
  static final ContextVar<String> TENANT = new ContextVar<>("tenant");

  /** The id of a request, which appears in its log lines and database rows. */
  static final ContextVar<String> REQUEST_ID = new ContextVar<>("requestId");

  // The values are written to the log, so a client must not choose arbitrary text.
  private static final Predicate<String> WELL_FORMED =
      Pattern.compile("[A-Za-z0-9._-]{1,64}").asMatchPredicate();

  static {
    LogFields.add(TENANT); // shows them in every log line
    LogFields.add(REQUEST_ID);
  }

  /** Sets the first values of each request. */
  @Bean
  RequestInitializer<HttpServletRequest> ambientValues() {
    return request -> {
      header(request, "X-Tenant").ifPresent(TENANT::set);
      REQUEST_ID.set(header(request, "X-Request-Id").orElseGet(() -> UUID.randomUUID().toString()));
    };
  }

  private static Optional<String> header(HttpServletRequest request, String name) {
    return Optional.ofNullable(request.getHeader(name)).filter(WELL_FORMED);
  }
}
