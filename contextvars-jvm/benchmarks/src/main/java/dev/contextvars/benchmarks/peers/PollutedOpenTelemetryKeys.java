// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.benchmarks.peers;

import io.opentelemetry.context.Context;
import io.opentelemetry.context.ContextKey;
import io.opentelemetry.context.Scope;

/**
 * OpenTelemetry's, with other contexts read too, by keys of four classes.
 *
 * <p>The contexts are all its own: other implementations of its interface would slow it down
 * further, but few programs have any.
 */
public class PollutedOpenTelemetryKeys extends OpenTelemetryKeys {
  public final Polluted others = new Polluted();

  private record One(int number) implements ContextKey<Object> {}

  private record Two(int number) implements ContextKey<Object> {}

  private record Three(int number) implements ContextKey<Object> {}

  private Context[] contexts;
  private ContextKey<?>[][] keys;
  private int turn;
  private Object seen;

  @Override
  void bind(int count) {
    super.bind(count);
    contexts = new Context[Polluted.SIZES.length];
    keys = new ContextKey<?>[contexts.length][];
    for (int c = 0; c < contexts.length; c++) {
      contexts[c] = Context.root();
      keys[c] = new ContextKey<?>[Polluted.SIZES[c]];
      for (int k = 0; k < keys[c].length; k++) {
        ContextKey<Object> key = key(k);
        contexts[c] = contexts[c].with(key, k);
        keys[c][k] = key;
      }
    }
    Polluted.before(() -> seen = readOther());
    Polluted.before(this::changeOther);
  }

  private static ContextKey<Object> key(int number) {
    return switch (number % 4) {
      case 0 -> ContextKey.named("other");
      case 1 -> new One(number);
      case 2 -> new Two(number);
      default -> new Three(number);
    };
  }

  /** Reads a key in another context, in turn. */
  public final Object readOther() {
    int at = turn++ & Integer.MAX_VALUE;
    int c = at % contexts.length;
    return contexts[(at >> 1) % contexts.length].get(keys[c][at % keys[c].length]);
  }

  private void changeOther() {
    int at = turn++ & Integer.MAX_VALUE;
    int c = at % contexts.length;
    try (Scope scope = contexts[c].makeCurrent()) {
      seen = scope;
      seen = Context.current().get(keys[c][at % keys[c].length]);
    }
    seen = contexts[c].with(last, this);
  }
}
