// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.benchmarks.virtual;

import dev.contextvars.benchmarks.peers.ContextVars;
import dev.contextvars.benchmarks.peers.InheritableThreadLocals;
import dev.contextvars.benchmarks.peers.Scoped;
import dev.contextvars.benchmarks.peers.ScopedValues;
import dev.contextvars.benchmarks.peers.TaskScope;
import dev.contextvars.benchmarks.peers.VirtualThreads;
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

/**
 * Starts a virtual thread which reads one of its creator's n variables, and waits for its end.
 *
 * <p>Scoped values are inherited by the forks of a structured scope alone, which is opened and
 * closed for each: that is in their figure too.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class StartAndJoin {
  private static final int FORKS = 100;

  @Param("10")
  public int n;

  @Benchmark
  public void none(VirtualThreads threads, Blackhole sink) throws InterruptedException {
    VirtualThreads.runOn(threads.bare, () -> sink.consume(this));
  }

  @Benchmark
  public void contextvars(ContextVars keys, VirtualThreads threads, Blackhole sink)
      throws InterruptedException {
    VirtualThreads.runOn(threads.copying, () -> sink.consume(keys.last.get()));
  }

  @Benchmark
  public void threadLocal(InheritableThreadLocals keys, VirtualThreads threads, Blackhole sink)
      throws InterruptedException {
    VirtualThreads.runOn(threads.inheriting, () -> sink.consume(keys.last.get()));
  }

  @Benchmark
  @OperationsPerInvocation(FORKS)
  public void scopedValue(ScopedValues keys, Blackhole sink) {
    keys.run(
        () -> {
          for (int i = 0; i < FORKS; i++) {
            TaskScope.fork(() -> sink.consume(Scoped.get(keys.last)));
          }
        });
  }
}
