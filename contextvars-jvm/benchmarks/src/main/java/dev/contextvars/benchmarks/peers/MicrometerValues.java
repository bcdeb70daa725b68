// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.benchmarks.peers;

import io.micrometer.context.ContextRegistry;
import io.micrometer.context.ContextSnapshot;
import io.micrometer.context.ContextSnapshotFactory;

/** Micrometer's: n thread-locals are set, and registered with it. */
public class MicrometerValues extends Bound {
  public ContextSnapshotFactory factory;

  /** The thread's values: to set what is set already is its best case. */
  public ContextSnapshot captured;

  /** What snapshots refer to and do not own. */
  public ContextRegistry registry;

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
}
