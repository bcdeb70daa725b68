// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.benchmarks.scale;

import dev.contextvars.Token;
import dev.contextvars.benchmarks.peers.ContextVars;
import dev.contextvars.benchmarks.peers.GrpcKeys;
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

/** Sets one of n variables and resets it, on each thread in a context of its own. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class ScaleSetReset {
  @Param("10")
  public int n;

  @Benchmark
  public void contextvars(ContextVars keys) {
    Token<Object> token = keys.last.set(keys.other);
    keys.last.reset(token);
  }

  @Benchmark
  public void threadLocal(ThreadLocals keys) {
    Object before = keys.last.get();
    keys.last.set(keys.other);
    keys.last.set(before);
  }

  @Benchmark
  public void grpc(GrpcKeys keys) {
    Context changed = Context.current().withValue(keys.last, keys.other);
    Context before = changed.attach();
    changed.detach(before);
  }
}
