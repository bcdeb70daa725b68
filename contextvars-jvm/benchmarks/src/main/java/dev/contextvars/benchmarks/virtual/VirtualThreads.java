// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.benchmarks.virtual;

import dev.contextvars.benchmarks.PeerBenchmark;
import org.openjdk.jmh.annotations.*;
import org.openjdk.jmh.infra.Blackhole;

/** Virtual threads that inherit n variables; needs JDK 25 and {@code --enable-preview}. */
public class VirtualThreads extends PeerBenchmark {
  private static final int THREADS = 100;

  @Param({"none", "contextvars", "inheritable", "scopedValue"})
  public String impl;

  @Param("10")
  public int n;

  /**
   * Starts a thread that reads one variable, and waits for its end. Only forks of a structured
   * scope inherit scoped values: one is opened and closed for each.
   */
  @Benchmark
  @OperationsPerInvocation(THREADS)
  public void startAndJoin(Blackhole sink) {
    peer.within(
        () -> {
          for (int i = 0; i < THREADS; i++) {
            peer.start(() -> sink.consume(peer.get()));
          }
        });
  }

  /** Reads the variables in turn, on one such thread. */
  @Benchmark
  @OperationsPerInvocation(TIMES)
  public void readOnVirtual(Blackhole sink) {
    peer.within(() -> peer.start(() -> repeat(sink, peer::getNext)));
  }
}
