// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.benchmarks.read;

import dev.contextvars.benchmarks.peers.PollutedContextVars;
import dev.contextvars.benchmarks.peers.PollutedGrpcKeys;
import dev.contextvars.benchmarks.peers.PollutedOpenTelemetryKeys;
import dev.contextvars.benchmarks.peers.PollutedThreadLocals;
import io.opentelemetry.context.Context;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.infra.Blackhole;

/**
 * Reads the n variables one after the other, in a program that reads other kinds of keys in other
 * shapes of contexts too: one such read in sixteen is part of what is measured.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class ReadPolluted {
  @Param({"10", "100"})
  public int n;

  @Benchmark
  public Object contextvars(PollutedContextVars keys, Blackhole sink) {
    if (keys.others.isDue()) {
      sink.consume(keys.readOther());
    }
    return keys.all[keys.next()].get();
  }

  @Benchmark
  public Object threadLocal(PollutedThreadLocals keys, Blackhole sink) {
    if (keys.others.isDue()) {
      sink.consume(keys.readOther());
    }
    return keys.all[keys.next()].get();
  }

  @Benchmark
  public Object grpc(PollutedGrpcKeys keys, Blackhole sink) {
    if (keys.others.isDue()) {
      sink.consume(keys.readOther());
    }
    return keys.all[keys.next()].get();
  }

  @Benchmark
  public Object openTelemetry(PollutedOpenTelemetryKeys keys, Blackhole sink) {
    if (keys.others.isDue()) {
      sink.consume(keys.readOther());
    }
    return Context.current().get(keys.all[keys.next()]);
  }
}
