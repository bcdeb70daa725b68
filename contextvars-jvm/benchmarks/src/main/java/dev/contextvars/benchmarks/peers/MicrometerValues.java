// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.benchmarks.peers;

import io.micrometer.context.ContextRegistry;
import io.micrometer.context.ContextSnapshot;
import io.micrometer.context.ContextSnapshotFactory;
import java.util.ArrayList;
import java.util.List;

/** Micrometer's: n thread-locals are set, and registered with it. */
public class MicrometerValues extends Bound {
  public ContextSnapshotFactory factory;

  /** The thread's values: to set what is set already is its best case. */
  public ContextSnapshot captured;

  private ContextRegistry registry;
  private ThreadLocal<?>[] all;

  @Override
  void bind(int keys) {
    registry = new ContextRegistry();
    all = new ThreadLocal<?>[keys];
    for (int i = 0; i < keys; i++) {
      ThreadLocal<Object> key = new ThreadLocal<>();
      key.set(i);
      registry.registerThreadLocalAccessor("k" + i, key);
      all[i] = key;
    }
    factory = ContextSnapshotFactory.builder().contextRegistry(registry).build();
    captured = factory.captureAll();
  }

  @Override
  public void unbind() {
    for (ThreadLocal<?> key : all) {
      key.remove();
    }
  }

  /** Returns what a snapshot refers to and does not own. */
  public List<Object> givens() {
    List<Object> givens = new ArrayList<>(List.of(registry));
    for (ThreadLocal<?> key : all) {
      givens.add(key.get());
    }
    return givens;
  }
}
