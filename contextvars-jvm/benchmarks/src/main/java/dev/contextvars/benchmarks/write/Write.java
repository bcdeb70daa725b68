// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.benchmarks.write;

import dev.contextvars.benchmarks.PeerBenchmark;
import org.openjdk.jmh.annotations.*;

/** Gives one of n variables another value. */
public class Write extends PeerBenchmark {
  @Param({"contextvars", "threadLocal", "grpc", "openTelemetry"})
  public String impl;

  @Param({"1", "4", "10", "30", "100"})
  public int n;

  private Object next = "one";
  private Object afterNext = "two";

  /** Sets; for an immutable context, this creates the next one but does not install it. */
  @Benchmark
  public Object setWithToken() {
    // Another value each time: an implementation may skip setting the same one again.
    Object value = next;
    next = afterNext;
    afterNext = value;
    return peer.set(value);
  }

  /** Sets and restores the previous value; an immutable context is installed and removed. */
  @Benchmark
  public void setReset() {
    peer.setReset();
  }
}
