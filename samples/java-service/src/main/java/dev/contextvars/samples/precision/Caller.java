// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.samples.precision;

import com.sun.net.httpserver.Headers;
import dev.contextvars.Context;
import dev.contextvars.ContextVar;
import dev.contextvars.baggage.BaggageVariables;
import dev.contextvars.baggage.ValueCodec;
import dev.contextvars.logging.LogFields;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The tenant, the request id and the user of a request, which appear in every log line of the
 * request, on any thread. The tenant and the request id also travel to other services and back, as
 * baggage.
 *
 * <p>A proxy in front of the service must set the headers. Baggage is not trusted: a client can
 * send any tenant.
 */
public final class Caller {
  private static final ContextVar<String> TENANT = new ContextVar<>("tenant");
  private static final ContextVar<String> REQUEST_ID = new ContextVar<>("requestId");
  private static final ContextVar<String> USER = new ContextVar<>("user");

  private static final String SAFE = "[A-Za-z0-9._-]{1,64}"; // for a log file

  // Only what another service needs; the user stays in this process.
  private static final ValueCodec<String> CODEC = ValueCodec.of(Caller::safe, Caller::safe);
  private static final BaggageVariables BAGGAGE =
      BaggageVariables.builder().add(TENANT, CODEC).add(REQUEST_ID, CODEC).build();

  private Caller() {}

  /**
   * Shows the variables in log lines (log4j2.xml); must be called once, when the process starts.
   */
  public static void logged() {
    LogFields.add(TENANT);
    LogFields.add(REQUEST_ID);
    LogFields.add(USER);
  }

  /** Returns a copy of the context in which the variables of the request's baggage are set. */
  static Context receive(Headers headers, Context defaults) {
    return BAGGAGE.read(headers.getOrDefault(BaggageVariables.HEADER, List.of())).in(defaults);
  }

  /**
   * Sets the variables in the current context, which must be that of the request. The request's own
   * headers take precedence over baggage.
   */
  static void set(Headers headers) {
    setIfGiven(REQUEST_ID, headers.getFirst("X-Request-Id"));
    if (!REQUEST_ID.isSet()) {
      REQUEST_ID.set(UUID.randomUUID().toString());
    }
    setIfGiven(TENANT, headers.getFirst("X-Tenant"));
    setIfGiven(USER, headers.getFirst("X-User"));
  }

  /**
   * Returns the header {@code baggage} for another service, or null if there is nothing to send.
   */
  static @Nullable String baggage() {
    return BAGGAGE.header();
  }

  private static void setIfGiven(ContextVar<String> variable, @Nullable String header) {
    String value = safe(header);
    if (value != null) {
      variable.set(value);
    }
  }

  private static @Nullable String safe(@Nullable String header) {
    return header != null && header.matches(SAFE) ? header : null;
  }
}
