// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.opentelemetry;

import dev.contextvars.baggage.BaggageVariables;
import io.opentelemetry.api.baggage.Baggage;
import io.opentelemetry.api.baggage.propagation.W3CBaggagePropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.ContextKey;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.context.propagation.TextMapPropagator;
import io.opentelemetry.context.propagation.TextMapSetter;
import java.util.Collection;
import java.util.Iterator;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A propagator of OpenTelemetry that writes its baggage and {@link BaggageVariables} into one
 * header, and reads both from it.
 *
 * <p>It takes the place of {@link W3CBaggagePropagator}; with both, one would overwrite the header
 * of the other:
 *
 * <pre>{@code
 * static OpenTelemetrySdk sdk(SdkTracerProvider tracers) {
 *   TextMapPropagator both =
 *       TextMapPropagator.composite(
 *           W3CTraceContextPropagator.getInstance(), BaggageVariablesPropagator.create(BAGGAGE));
 *   return OpenTelemetrySdk.builder()
 *       .setTracerProvider(tracers)
 *       .setPropagators(ContextPropagators.create(both))
 *       .build();
 * }
 * }</pre>
 *
 * <p>{@link #extract} sets no variable: instrumentations call it on threads that serve many
 * requests. The application sets the received values where it has entered a context for the
 * request:
 *
 * <pre>{@code
 * static void handle(Runnable handler) {
 *   BaggageVariablesPropagator.received(Context.current())
 *       .in(new dev.contextvars.Context())
 *       .execute(handler);
 * }
 * }</pre>
 *
 * <p>Notes and cautions on use:
 *
 * <ul>
 *   <li>OpenTelemetry sends all baggage that it received on to every host, as W3C Baggage asks. The
 *       allow-list covers context variables only.
 *   <li>With OpenTelemetry's javaagent the agent's propagators are in use, and this one is not. Use
 *       {@link BaggageVariables} directly in the hooks of the server and the client.
 * </ul>
 *
 * <p>Immutable and safe for use by several threads. The format is that of {@link
 * W3CBaggagePropagator}, which does the writing.
 */
public final class BaggageVariablesPropagator implements TextMapPropagator {
  private static final TextMapPropagator W3C = W3CBaggagePropagator.getInstance();
  private static final ContextKey<BaggageVariables.Received> RECEIVED =
      ContextKey.named("dev.contextvars.baggage");
  private static final BaggageVariables.Received NOTHING =
      BaggageVariables.builder().build().read((String) null);

  private final BaggageVariables variables;

  private BaggageVariablesPropagator(BaggageVariables variables) {
    this.variables = variables;
  }

  /**
   * Returns a propagator for the listed variables.
   *
   * @throws NullPointerException if the argument is null
   */
  public static BaggageVariablesPropagator create(BaggageVariables variables) {
    return new BaggageVariablesPropagator(Objects.requireNonNull(variables, "variables"));
  }

  /**
   * Returns the values that {@link #extract} found, for the application to set; O(1).
   *
   * @param context of OpenTelemetry, usually {@link Context#current()}
   * @return the values, empty if there are none
   * @throws NullPointerException if the context is null
   */
  public static BaggageVariables.Received received(Context context) {
    BaggageVariables.Received received = Objects.requireNonNull(context, "context").get(RECEIVED);
    return received == null ? NOTHING : received;
  }

  /** Returns the name of the one header: {@link BaggageVariables#HEADER}. */
  @Override
  public Collection<String> fields() {
    return W3C.fields();
  }

  /**
   * Writes one header: OpenTelemetry's baggage of the given context, and the listed variables that
   * are bound in the current {@link dev.contextvars.Context}; O(n) for n characters written.
   *
   * <p>If a key is in both, the variable counts, even if its value is null or left out: then
   * nothing is sent for that key. If a variable is not bound, OpenTelemetry's entry is sent. If
   * there is not room for all in what OpenTelemetry writes, 64 members and 8192 characters, entries
   * of its baggage are left out in favour of variables.
   *
   * <p>A null context or setter does nothing, as in {@link W3CBaggagePropagator}.
   */
  @Override
  public <C> void inject(Context context, @Nullable C carrier, TextMapSetter<C> setter) {
    if (context != null && setter != null) {
      Baggage baggage = Baggage.fromContext(context);
      Baggage merged = MergedBaggage.of(baggage, variables);
      W3C.inject(merged == baggage ? context : context.with(merged), carrier, setter);
    }
  }

  /**
   * Returns the context with OpenTelemetry's baggage, as {@link W3CBaggagePropagator} reads it, and
   * with the values of the listed variables, for {@link #received}; O(n) for n characters.
   *
   * <p>Sets no variable and does not touch the calling thread. Without a header, the context is
   * returned as it is. A null context or getter has the same effect as in {@link
   * W3CBaggagePropagator}.
   */
  @Override
  public <C> Context extract(Context context, @Nullable C carrier, TextMapGetter<C> getter) {
    Context extracted = W3C.extract(context, carrier, getter);
    if (context == null || getter == null) {
      return extracted;
    }
    Iterator<String> headers = getter.getAll(carrier, BaggageVariables.HEADER);
    if (headers == null || !headers.hasNext()) {
      return extracted;
    }
    return extracted.with(RECEIVED, variables.read(() -> headers));
  }

  /** Returns the name of this class, for OpenTelemetry's own descriptions. */
  @Override
  public String toString() {
    return "BaggageVariablesPropagator";
  }
}
