// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.opentelemetry.docs;

import dev.contextvars.ContextVar;
import dev.contextvars.baggage.BaggageVariables;
import dev.contextvars.baggage.ValueCodec;
import dev.contextvars.concurrent.ContextExecutors;
import dev.contextvars.opentelemetry.BaggageVariablesPropagator;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.ContextPropagators;
import io.opentelemetry.context.propagation.TextMapPropagator;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import java.util.concurrent.ExecutorService;

/** The examples of the Javadoc and of docs/opentelemetry.md, which ExamplesSpec runs. */
public final class JavadocExamples {
  /** The variable of the examples. */
  public static final ContextVar<String> TENANT = new ContextVar<>("tenant");

  static final BaggageVariables BAGGAGE =
      BaggageVariables.builder().add(TENANT, ValueCodec.STRING).build();

  private JavadocExamples() {}

  // snippet: sdk
  static OpenTelemetrySdk sdk(SdkTracerProvider tracers) {
    TextMapPropagator both =
        TextMapPropagator.composite(
            W3CTraceContextPropagator.getInstance(), BaggageVariablesPropagator.create(BAGGAGE));
    return OpenTelemetrySdk.builder()
        .setTracerProvider(tracers)
        .setPropagators(ContextPropagators.create(both))
        .build();
  }

  // end: sdk

  // snippet: handle
  static void handle(Runnable handler) {
    BaggageVariablesPropagator.received(Context.current())
        .in(new dev.contextvars.Context())
        .execute(handler);
  }

  // end: handle

  // snippet: executor
  static ExecutorService both(ExecutorService threads) {
    return Context.taskWrapping(ContextExecutors.wrap(threads));
  }
  // end: executor
}
