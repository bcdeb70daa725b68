// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.benchmarks;

import dev.contextvars.benchmarks.peers.Peer;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.openjdk.jmh.annotations.*;
import org.openjdk.jmh.infra.*;

/**
 * Operations that {@link Peer}s perform. Subclasses have the parameters {@code impl} and {@code n},
 * each with its own list of values. What is measured is in fields, so that nothing is folded.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public abstract class PeerBenchmark {
  /** The operations of one invocation of {@link #repeat}. */
  public static final int TIMES = 200_000;

  /** The chosen implementation, with n keys bound on this thread. */
  public Peer peer;

  // A volatile read in each iteration, as in JMH's loop, keeps the operation inside the loop.
  private volatile boolean stopped;

  @Setup
  public final void create(BenchmarkParams params) {
    peer = Peer.create(params.getParam("impl"), Integer.parseInt(params.getParam("n")));
  }

  @TearDown
  public final void close() {
    peer.close();
  }

  /** Passes the results of {@link #TIMES} operations to the sink; for {@link Peer#within}. */
  protected final void repeat(Blackhole sink, Supplier<Object> operation) {
    for (int i = 0; i < TIMES && !stopped; i++) {
      sink.consume(operation.get());
    }
  }
}
