// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.benchmarks.read;

import dev.contextvars.benchmarks.peers.Bound;
import dev.contextvars.benchmarks.peers.ContextVars;
import dev.contextvars.benchmarks.peers.FastThreadLocals;
import dev.contextvars.benchmarks.peers.GrpcKeys;
import dev.contextvars.benchmarks.peers.OpenTelemetryKeys;
import dev.contextvars.benchmarks.peers.Scoped;
import dev.contextvars.benchmarks.peers.ScopedValues;
import dev.contextvars.benchmarks.peers.ThreadLocals;
import dev.contextvars.benchmarks.peers.TransmittableKeys;
import io.opentelemetry.context.Context;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.infra.Blackhole;

/** Reads the n variables one after the other: no look-up is like the one before. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class ReadRotating {
  @Param({"1", "10", "32", "100", "1000"})
  public int n;

  @Benchmark
  public Object contextvars(ContextVars keys) {
    return keys.all[keys.next()].get();
  }

  @Benchmark
  public Object threadLocal(ThreadLocals keys) {
    return keys.all[keys.next()].get();
  }

  @Benchmark
  public Object grpc(GrpcKeys keys) {
    return keys.all[keys.next()].get();
  }

  @Benchmark
  public Object openTelemetry(OpenTelemetryKeys keys) {
    return Context.current().get(keys.all[keys.next()]);
  }

  @Benchmark
  public Object transmittable(TransmittableKeys keys) {
    return keys.all[keys.next()].get();
  }

  @Benchmark
  @OperationsPerInvocation(Bound.READS)
  public void fastThreadLocal(FastThreadLocals keys, Blackhole sink) {
    keys.run(
        () -> {
          for (int i = 0; i < Bound.READS && !keys.stopped; i++) {
            sink.consume(keys.all[keys.next()].get());
          }
        });
  }

  @Benchmark
  @OperationsPerInvocation(Bound.READS)
  public void scopedValue(ScopedValues keys, Blackhole sink) {
    keys.run(
        () -> {
          for (int i = 0; i < Bound.READS && !keys.stopped; i++) {
            sink.consume(Scoped.get(keys.all[keys.next()]));
          }
        });
  }
}
