// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.benchmarks.run;

import com.alibaba.ttl.TransmittableThreadLocal.Transmitter;
import dev.contextvars.benchmarks.peers.ContextVars;
import dev.contextvars.benchmarks.peers.GrpcKeys;
import dev.contextvars.benchmarks.peers.Holder;
import dev.contextvars.benchmarks.peers.MicrometerValues;
import dev.contextvars.benchmarks.peers.OpenTelemetryKeys;
import dev.contextvars.benchmarks.peers.Scoped;
import dev.contextvars.benchmarks.peers.ScopedValues;
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

/** Runs a body that does nothing in a context of n variables taken earlier. */
@State(org.openjdk.jmh.annotations.Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class RunNoop {
  @Param("10")
  public int n;

  private Supplier<Object> body = () -> this;
  private Callable<Object> callable = () -> this;
  private Runnable runnable = () -> {};

  @Benchmark
  public Object contextvars(ContextVars keys) {
    return keys.captured.run(body);
  }

  /** The least there is: a field of a thread's holder is exchanged and put back. */
  @Benchmark
  public Object holder(Holder holder) {
    Object before = holder.swap(holder.other);
    try {
      return body.get();
    } finally {
      holder.swap(before);
    }
  }

  @Benchmark
  public Object grpc(GrpcKeys keys) throws Exception {
    return keys.captured.call(callable);
  }

  @Benchmark
  public Object openTelemetry(OpenTelemetryKeys keys) {
    Scope scope = keys.captured.makeCurrent();
    try {
      return body.get();
    } finally {
      scope.close();
    }
  }

  /** Binds one value: the others are inherited in any case. */
  @Benchmark
  public void scopedValue(ScopedValues keys) {
    Scoped.run(Scoped.where(keys.last, keys.other), runnable);
  }

  @Benchmark
  public Object micrometer(MicrometerValues values) {
    ContextSnapshot.Scope scope = values.captured.setThreadLocals();
    try {
      return body.get();
    } finally {
      scope.close();
    }
  }

  @Benchmark
  public Object transmittable(TransmittableKeys keys) {
    Object backup = Transmitter.replay(keys.captured);
    try {
      return body.get();
    } finally {
      Transmitter.restore(backup);
    }
  }
}
