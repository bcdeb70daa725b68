// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.benchmarks.write;

import dev.contextvars.benchmarks.peers.ContextVars;
import dev.contextvars.benchmarks.peers.GrpcKeys;
import dev.contextvars.benchmarks.peers.OpenTelemetryKeys;
import dev.contextvars.benchmarks.peers.ThreadLocals;
import io.grpc.Context;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/**
 * Gives one of n bound variables another value each time.
 *
 * <p>Of immutable contexts, only the new one is made; it is attached in {@link SetReset}.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class SetWithToken {
  @Param({"1", "10", "100"})
  public int n;

  private Object next = "one";
  private Object afterNext = "two";

  /** To set what is set already could be a short cut. */
  private Object another() {
    Object value = next;
    next = afterNext;
    afterNext = value;
    return value;
  }

  @Benchmark
  public Object contextvars(ContextVars keys) {

    return keys.last.set(another());
  }

  @Benchmark
  public Object grpc(GrpcKeys keys) {
    return Context.current().withValue(keys.last, another());
  }

  @Benchmark
  public Object openTelemetry(OpenTelemetryKeys keys) {
    return io.opentelemetry.context.Context.current().with(keys.last, another());
  }

  @Benchmark
  public void threadLocal(ThreadLocals keys) {
    keys.last.set(another());
  }
}
