// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.benchmarks.read;

import dev.contextvars.benchmarks.PeerBenchmark;
import dev.contextvars.benchmarks.peers.Others;
import org.openjdk.jmh.annotations.*;
import org.openjdk.jmh.infra.Blackhole;

/**
 * Reads n variables in turn, in a program that also reads {@link Others}: one such read in sixteen
 * is part of what is measured.
 */
public class ReadPolluted extends PeerBenchmark {
  private static final int ONE_IN = 16;

  @Param({"contextvars", "threadLocal", "grpc", "openTelemetry"})
  public String impl;

  @Param({"10", "100"})
  public int n;

  private Others<?, ?> others;
  private int turn;

  @Setup
  public void pollute() {
    others = Others.create(impl);
  }

  @Benchmark
  public Object readPolluted(Blackhole sink) {
    if (++turn % ONE_IN == 0) {
      sink.consume(others.read());
    }
    return peer.getNext();
  }
}
