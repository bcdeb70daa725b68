// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.benchmarks.peers;

import io.opentelemetry.context.Context;
import io.opentelemetry.context.ContextKey;
import io.opentelemetry.context.Scope;

/** OpenTelemetry's: a context with n keys is current. */
public class OpenTelemetryKeys extends Bound {
  public ContextKey<?>[] all;
  public ContextKey<Object> last;
  public ContextKey<Object> absent;

  /** Another context with the n keys: to make the current one current again would cost nothing. */
  public Context captured;

  private Scope scope;

  @Override
  void bind(int keys) {
    all = new ContextKey<?>[keys];
    Context context = Context.root();
    for (int i = 0; i < keys; i++) {
      last = ContextKey.named("k" + i);
      context = context.with(last, i);
      all[i] = last;
    }
    absent = ContextKey.named("absent");
    scope = context.makeCurrent();
    captured = context.with(last, other);
  }

  @Override
  public void unbind() {
    scope.close();
  }

  /** Returns the current value of the absent key or, as it has no default of its own, ours. */
  public Object getAbsent() {
    Object value = Context.current().get(absent);
    return value == null ? DEFAULT : value;
  }
}
