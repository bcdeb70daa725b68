// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.benchmarks.write;

import com.alibaba.ttl.TransmittableThreadLocal.Transmitter;
import dev.contextvars.Context;
import dev.contextvars.benchmarks.peers.ContextVars;
import dev.contextvars.benchmarks.peers.GrpcKeys;
import dev.contextvars.benchmarks.peers.MicrometerValues;
import dev.contextvars.benchmarks.peers.OpenTelemetryKeys;
import dev.contextvars.benchmarks.peers.TransmittableKeys;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** Takes along what the n variables are now; of an immutable context, a pointer. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class Copy {
  @Param("10")
  public int n;

  @Benchmark
  public Object contextvars(ContextVars keys) {
    return Context.copyContext();
  }

  @Benchmark
  public Object grpc(GrpcKeys keys) {
    return io.grpc.Context.current();
  }

  @Benchmark
  public Object openTelemetry(OpenTelemetryKeys keys) {
    return io.opentelemetry.context.Context.current();
  }

  @Benchmark
  public Object transmittable(TransmittableKeys keys) {
    return Transmitter.capture();
  }

  @Benchmark
  public Object micrometer(MicrometerValues values) {
    return values.factory.captureAll();
  }
}
