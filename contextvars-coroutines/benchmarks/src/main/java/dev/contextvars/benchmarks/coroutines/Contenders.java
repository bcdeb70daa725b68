// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.benchmarks.coroutines;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.infra.BenchmarkParams;

/**
 * One kind of work of coroutines, done in a coroutine with each contender's element in turn.
 *
 * <p>JMH runs the methods for each class that extends this one. They are all alike: the name of the
 * one that runs chooses the element, and so a JVM never sees the classes of another contender.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@OperationsPerInvocation(Contenders.TIMES)
// In debug mode each dispatch renames its thread. It is on where assertions are.
@Fork(jvmArgsAppend = "-Dkotlinx.coroutines.debug=off")
public abstract class Contenders {
  /** So many that starting an event loop and stopping it is less than 1 % of an invocation. */
  static final int TIMES = 10_000;

  private Starter starter;

  @Setup
  public void choose(BenchmarkParams benchmark) {
    String name = benchmark.getBenchmark();
    starter = Elements.valueOf(name.substring(name.lastIndexOf('.') + 1)).starter();
  }

  /** Does the work so many times in one coroutine. */
  abstract int work(Starter starter, int times);

  @Benchmark
  public int none() {
    return work(starter, TIMES);
  }

  /** The coroutine has a copy of its own, as any has that is started with the element. */
  @Benchmark
  public int contextvars() {
    return work(starter, TIMES);
  }

  /** The coroutine runs in a context that others reach, too, and so guards each dispatch. */
  @Benchmark
  public int contextvarsLeased() {
    return work(starter, TIMES);
  }

  /** Not 10 variables but 1,000: the same is expected. */
  @Benchmark
  public int contextvars1000() {
    return work(starter, TIMES);
  }

  @Benchmark
  public int threadLocal1() {
    return work(starter, TIMES);
  }

  @Benchmark
  public int threadLocal2() {
    return work(starter, TIMES);
  }

  @Benchmark
  public int threadLocal10() {
    return work(starter, TIMES);
  }

  /** As little as an element can do that gives each child a copy. */
  @Benchmark
  public int copyable1() {
    return work(starter, TIMES);
  }

  @Benchmark
  public int mdc() {
    return work(starter, TIMES);
  }

  @Benchmark
  public int openTelemetry() {
    return work(starter, TIMES);
  }
}
