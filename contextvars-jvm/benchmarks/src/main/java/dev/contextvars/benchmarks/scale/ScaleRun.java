// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.benchmarks.scale;

import dev.contextvars.benchmarks.peers.ContextVars;
import dev.contextvars.benchmarks.peers.GrpcKeys;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** Runs a body that does nothing in a context taken earlier, on each thread another one. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class ScaleRun {
  @Param("10")
  public int n;

  private Supplier<Object> body = () -> this;
  private Callable<Object> callable = () -> this;

  @Benchmark
  public Object contextvars(ContextVars keys) {
    return keys.captured.run(body);
  }

  @Benchmark
  public Object grpc(GrpcKeys keys) throws Exception {
    return keys.captured.call(callable);
  }
}
