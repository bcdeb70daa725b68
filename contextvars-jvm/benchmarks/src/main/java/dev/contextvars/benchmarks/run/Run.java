// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.benchmarks.run;

import dev.contextvars.benchmarks.PeerBenchmark;
import dev.contextvars.benchmarks.peers.Body;
import org.openjdk.jmh.annotations.*;

/** Captures the values of n variables, and runs code with them. */
public class Run extends PeerBenchmark {
  @Param({"contextvars", "grpc", "openTelemetry", "micrometer", "transmittable"})
  public String impl;

  @Param("10")
  public int n;

  private Body body = new Body();

  /** Captures; for an immutable context, this is a pointer to it. */
  @Benchmark
  public Object copy() {
    return peer.capture();
  }

  /** Runs an empty body with values captured before. */
  @Benchmark
  public Object runNoop() {
    return peer.run(body);
  }

  /** Captures, installs, runs an empty body, and restores: a hop, except the other thread. */
  @Benchmark
  public Object hop() {
    return peer.hop(body);
  }
}
