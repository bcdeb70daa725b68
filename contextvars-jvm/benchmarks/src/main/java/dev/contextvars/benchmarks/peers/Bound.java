// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.benchmarks.peers;

import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.infra.BenchmarkParams;

/**
 * A contender's n keys, bound on the measuring thread: key i to the Integer i.
 *
 * <p>JMH makes only the state that a benchmark asks for. So no thread holds the thread-locals of
 * another contender, which could displace its own in the thread's table.
 */
@State(Scope.Thread)
public abstract class Bound {
  /** What is read where nothing is bound. */
  public static final String DEFAULT = "default";

  /** How many reads one invocation makes where it has to make them in a loop of its own. */
  public static final int READS = 200_000;

  /** A value that no key is bound to at first. */
  public final Object other = new Object();

  /** For loops of our own: read each time round as JMH's is, it keeps reads inside the loop. */
  public volatile boolean stopped;

  private int n;
  private int at;

  /** Binds as many keys as the benchmark's parameter {@code n} says. */
  @Setup
  public final void bind(BenchmarkParams params) {
    start(Integer.parseInt(params.getParam("n")));
  }

  /** Binds n keys on this thread. */
  public final void start(int keys) {
    n = keys;
    at = keys - 1;
    bind(keys);
  }

  /** Takes back what {@link #start} did, on the same thread. */
  @TearDown
  public void unbind() {}

  abstract void bind(int keys);

  /** Returns 0 to n - 1, one after the other, and over again. */
  public final int next() {
    int next = at + 1;
    if (next == n) {
      next = 0;
    }
    at = next;
    return next;
  }
}
