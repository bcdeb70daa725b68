// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.logback;

import dev.contextvars.Context;
import dev.contextvars.ContextVar;
import dev.contextvars.logging.LogFields;
import io.opentelemetry.api.GlobalOpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Scope;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An application that logs in a span; run with OpenTelemetry's agent. */
public final class TracedChild {
  private static final ContextVar<String> TENANT = new ContextVar<>("tenant");

  private TracedChild() {}

  @SuppressWarnings("try") // the scope is there to be closed
  public static void main(String[] arguments) {
    LogFields.add(TENANT);
    Logger log = LoggerFactory.getLogger("child");
    Span span = GlobalOpenTelemetry.getTracer("child").spanBuilder("span").startSpan();
    try (Scope scope = span.makeCurrent()) {
      new Context()
          .execute(
              () -> {
                TENANT.set("acme");
                log.error("inside " + span.getSpanContext().getTraceId());
              });
    } finally {
      span.end();
    }
  }
}
