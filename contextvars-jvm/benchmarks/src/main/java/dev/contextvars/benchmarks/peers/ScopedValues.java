// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.benchmarks.peers;

/**
 * The JDK's since 25: n scoped values, bound while {@link #run} runs.
 *
 * <p>They cannot be bound in a set-up, for good: each invocation binds them and reads in a loop.
 */
public class ScopedValues extends Bound {
  public Object[] all;
  public Object last;
  public Object absent;

  /** The n bindings, not in force. */
  public Object bindings;

  @Override
  void bind(int keys) {
    Scoped.requireAvailable();
    all = new Object[keys];
    bindings = null;
    for (int i = 0; i < keys; i++) {
      last = Scoped.newKey();
      bindings = bindings == null ? Scoped.where(last, i) : Scoped.where(bindings, last, i);
      all[i] = last;
    }
    absent = Scoped.newKey();
  }

  /** Runs a loop with the n values bound. */
  public void run(Runnable loop) {
    Scoped.run(bindings, loop);
  }
}
