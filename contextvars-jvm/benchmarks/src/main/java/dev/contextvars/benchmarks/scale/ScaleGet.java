// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.benchmarks.scale;

import dev.contextvars.benchmarks.peers.ContextVars;
import dev.contextvars.benchmarks.peers.GrpcKeys;
import dev.contextvars.benchmarks.peers.ThreadLocals;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** Reads n variables one after the other, on each thread those of a context of its own. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class ScaleGet {
  @Param("10")
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
}
