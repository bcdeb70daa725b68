// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.benchmarks.memory;

import dev.contextvars.Context;
import dev.contextvars.ContextVar;
import dev.contextvars.benchmarks.peers.MicrometerValues;
import dev.contextvars.benchmarks.peers.TransmittableKeys;
import io.opentelemetry.context.ContextKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Bytes a bound variable of a context, and bytes a copy. */
final class ContextWeights {
  private static final int[] SIZES = {1, 4, 10, 32, 1000};
  private static final int COPIED = 10;

  private ContextWeights() {}

  static void addTo(Results results) {
    for (int n : SIZES) {
      Map<String, Integer> params = Map.of("n", n);
      results.add("BoundVariable", "contextvars", params, (double) ours(n) / n);
      results.add("BoundVariable", "grpc", params, (double) grpc(n) / n);
      results.add("BoundVariable", "openTelemetry", params, (double) openTelemetry(n) / n);
    }
    Map<String, Integer> params = Map.of("n", COPIED);
    results.add("ContextCopy", "contextvars", params, copyOfOurs());
    results.add("ContextCopy", "transmittable", params, captureOfTransmittable());
    results.add("ContextCopy", "micrometer", params, captureOfMicrometer());
  }

  /** Beyond the variables, the values, and an empty context. */
  private static long ours(int n) {
    Context context = new Context();
    List<Object> given = new ArrayList<>();
    given.add(new Context()); // and with it what all contexts share
    context.execute(
        () -> {
          for (int i = 0; i < n; i++) {
            ContextVar<Object> variable = new ContextVar<>("v");
            Object value = new Object();
            variable.set(value);
            given.add(variable);
            given.add(value);
          }
        });
    return Weight.of(context, given) - Weight.of(new Context(), given.subList(0, 1));
  }

  private static long grpc(int n) {
    io.grpc.Context context = io.grpc.Context.ROOT;
    List<Object> given = new ArrayList<>();
    given.add(context);
    for (int i = 0; i < n; i++) {
      io.grpc.Context.Key<Object> key = io.grpc.Context.key("k");
      Object value = new Object();
      context = context.withValue(key, value);
      given.add(key);
      given.add(value);
    }
    return Weight.of(context, given);
  }

  private static long openTelemetry(int n) {
    io.opentelemetry.context.Context context = io.opentelemetry.context.Context.root();
    List<Object> given = new ArrayList<>();
    given.add(context);
    for (int i = 0; i < n; i++) {
      ContextKey<Object> key = ContextKey.named("k");
      Object value = new Object();
      context = context.with(key, value);
      given.add(key);
      given.add(value);
    }
    return Weight.of(context, given);
  }

  private static long copyOfOurs() {
    Context context = new Context();
    context.execute(
        () -> {
          for (int i = 0; i < COPIED; i++) {
            new ContextVar<>("v").set(i);
          }
        });
    return Weight.of(context.copy(), List.of(context));
  }

  private static long captureOfTransmittable() {
    TransmittableKeys keys = new TransmittableKeys();
    keys.start(COPIED);
    try {
      List<Object> given = new ArrayList<>(Arrays.asList(keys.all));
      for (Object key : keys.all) {
        given.add(((ThreadLocal<?>) key).get());
      }
      return Weight.of(keys.captured, given);
    } finally {
      keys.unbind();
    }
  }

  private static long captureOfMicrometer() {
    MicrometerValues values = new MicrometerValues();
    values.start(COPIED);
    try {
      return Weight.of(values.captured, values.givens());
    } finally {
      values.unbind();
    }
  }
}
