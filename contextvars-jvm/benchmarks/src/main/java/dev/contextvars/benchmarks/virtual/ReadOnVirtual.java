// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.benchmarks.virtual;

import dev.contextvars.benchmarks.peers.Bound;
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

/** Reads n variables one after the other on a virtual thread, which has them from its creator. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class ReadOnVirtual {
  @Param("10")
  public int n;

  @Benchmark
  @OperationsPerInvocation(Bound.READS)
  public void contextvars(ContextVars keys, VirtualThreads threads, Blackhole sink)
      throws InterruptedException {
    VirtualThreads.runOn(
        threads.copying,
        () -> {
          for (int i = 0; i < Bound.READS && !keys.stopped; i++) {
            sink.consume(keys.all[keys.next()].get());
          }
        });
  }

  @Benchmark
  @OperationsPerInvocation(Bound.READS)
  public void threadLocal(InheritableThreadLocals keys, VirtualThreads threads, Blackhole sink)
      throws InterruptedException {
    VirtualThreads.runOn(
        threads.inheriting,
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
        () ->
            TaskScope.fork(
                () -> {
                  for (int i = 0; i < Bound.READS && !keys.stopped; i++) {
                    sink.consume(Scoped.get(keys.all[keys.next()]));
                  }
                }));
  }
}
