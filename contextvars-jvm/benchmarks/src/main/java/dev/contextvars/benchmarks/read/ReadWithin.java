// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.benchmarks.read;

import dev.contextvars.benchmarks.PeerBenchmark;
import org.openjdk.jmh.annotations.*;
import org.openjdk.jmh.infra.Blackhole;

/** {@link Read} for fast thread-locals and scoped values, which are not set in JMH's own loop. */
public class ReadWithin extends PeerBenchmark {
  @Param("fastThreadLocal") // and scopedValue on JDK 25
  public String impl;

  @Param({"1", "10", "100"})
  public int n;

  @Benchmark
  @OperationsPerInvocation(TIMES)
  public void readRepeated(Blackhole sink) {
    peer.within(() -> repeat(sink, peer::get));
  }

  @Benchmark
  @OperationsPerInvocation(TIMES)
  public void readRotating(Blackhole sink) {
    peer.within(() -> repeat(sink, peer::getNext));
  }

  @Benchmark
  @OperationsPerInvocation(TIMES)
  public void readAbsent(Blackhole sink) {
    peer.within(() -> repeat(sink, peer::getAbsent));
  }
}
