// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.benchmarks.run;

import com.alibaba.ttl.TransmittableThreadLocal.Transmitter;
import dev.contextvars.Context;
import dev.contextvars.benchmarks.peers.ContextVars;
import dev.contextvars.benchmarks.peers.GrpcKeys;
import dev.contextvars.benchmarks.peers.MicrometerValues;
import dev.contextvars.benchmarks.peers.OpenTelemetryKeys;
import dev.contextvars.benchmarks.peers.TransmittableKeys;
import io.micrometer.context.ContextSnapshot;
import io.opentelemetry.context.Scope;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.State;

/**
 * All that a hop to another thread costs but for the thread: takes along what the n variables are,
 * runs a body that does nothing with them, and puts back what was before.
 */
@State(org.openjdk.jmh.annotations.Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class Hop {
  @Param("10")
  public int n;

  private Supplier<Object> body = () -> this;
  private Callable<Object> callable = () -> this;

  @Benchmark
  public Object contextvars(ContextVars keys) {
    return Context.copyContext().run(body);
  }

  @Benchmark
  public Object grpc(GrpcKeys keys) throws Exception {
    return io.grpc.Context.current().call(callable);
  }

  /** Its best case, which another thread would not give it: the context is current already. */
  @Benchmark
  public Object openTelemetry(OpenTelemetryKeys keys) {
    Scope scope = io.opentelemetry.context.Context.current().makeCurrent();
    try {
      return body.get();
    } finally {
      scope.close();
    }
  }

  @Benchmark
  public Object micrometer(MicrometerValues values) {
    ContextSnapshot captured = values.factory.captureAll();
    ContextSnapshot.Scope scope = captured.setThreadLocals();
    try {
      return body.get();
    } finally {
      scope.close();
    }
  }

  @Benchmark
  public Object transmittable(TransmittableKeys keys) {
    Object backup = Transmitter.replay(Transmitter.capture());
    try {
      return body.get();
    } finally {
      Transmitter.restore(backup);
    }
  }
}
