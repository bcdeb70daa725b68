// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.samples.precision;

import com.sun.net.httpserver.Headers;
import dev.contextvars.ContextVar;
import dev.contextvars.logging.LogFields;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Who asks, and in which request: shown in every log line of the request, whatever thread writes
 * it.
 *
 * <p>The headers are those that a proxy in front of the service sets.
 */
final class Caller {
  private static final ContextVar<String> TENANT = new ContextVar<>("tenant");
  private static final ContextVar<String> REQUEST_ID = new ContextVar<>("requestId");
  private static final ContextVar<String> USER = new ContextVar<>("user");

  private static final String SAFE = "[A-Za-z0-9._-]{1,64}"; // for a log file

  private Caller() {}

  /**
   * Shows the variables in log lines (log4j2.xml); must be called once, when the process starts.
   */
  static void logged() {
    LogFields.add(TENANT);
    LogFields.add(REQUEST_ID);
    LogFields.add(USER);
  }

  /** Sets the variables in the current context, which must be that of the request. */
  static void set(Headers headers) {
    String id = safe(headers.getFirst("X-Request-Id"));
    REQUEST_ID.set(id == null ? UUID.randomUUID().toString() : id);
    setIfGiven(TENANT, headers.getFirst("X-Tenant"));
    setIfGiven(USER, headers.getFirst("X-User"));
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
