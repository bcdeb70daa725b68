// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.benchmarks.read;

import dev.contextvars.benchmarks.PeerBenchmark;
import org.openjdk.jmh.annotations.*;

/** Reads one of n variables that are set. */
public class Read extends PeerBenchmark {
  @Param({"contextvars", "threadLocal", "transmittable", "grpc", "openTelemetry"})
  public String impl;

  @Param({"1", "10", "32", "100", "1000"})
  public int n;

  /** Reads the last variable repeatedly. */
  @Benchmark
  public Object readRepeated() {
    return peer.get();
  }

  /** Reads all variables in turn: each look-up differs from the previous one. */
  @Benchmark
  public Object readRotating() {
    return peer.getNext();
  }

  /** Reads the default of a further variable, which thread-locals set at the first read. */
  @Benchmark
  public Object readAbsent() {
    return peer.getAbsent();
  }
}
