// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.log4j;

import dev.contextvars.Context;
import dev.contextvars.ContextVar;
import dev.contextvars.logging.LogFields;
import io.opentelemetry.api.GlobalOpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Scope;
import org.apache.logging.log4j.LogManager;

/** An application that logs in a span; run with OpenTelemetry's agent. */
public final class TracedChild {
  private static final ContextVar<String> TENANT = new ContextVar<>("tenant");

  private TracedChild() {}

  @SuppressWarnings("try") // the scope is there to be closed
  public static void main(String[] arguments) {
    LogFields.add(TENANT);
    Span span = GlobalOpenTelemetry.getTracer("child").spanBuilder("span").startSpan();
    try (Scope scope = span.makeCurrent()) {
      new Context()
          .execute(
              () -> {
                TENANT.set("acme");
                LogManager.getLogger("child").error("inside " + span.getSpanContext().getTraceId());
              });
    } finally {
      span.end();
    }
  }
}
