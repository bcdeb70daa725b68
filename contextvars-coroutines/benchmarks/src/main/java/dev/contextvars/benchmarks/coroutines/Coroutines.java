// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.benchmarks.coroutines;

import dev.contextvars.benchmarks.logging.LogBackend;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.*;

/** Operations of a coroutine that carries values; see {@link Carrier} for the implementations. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@OperationsPerInvocation(Coroutines.TIMES)
public class Coroutines {
  /** Enough that starting and stopping an event loop is less than 1 % of an invocation. */
  static final int TIMES = 10_000;

  @Param({
    "none",
    "contextvars",
    "contextvarsLeased",
    "contextvars1000",
    "threadLocal1",
    "threadLocal2",
    "threadLocal10",
    "copyable1",
    "openTelemetry",
    "mdc"
  })
  public String impl;

  @Param("runBlocking") // and async
  public String builder;

  private Carrier carrier;
  private LogBackend log;

  @Setup
  public void create() {
    carrier = Carrier.create(impl);
    carrier.setInAsync(builder.equals("async"));
  }

  /** Suspends and is dispatched again on the same thread: the cost of each resumption. */
  @Benchmark
  public int yield() {
    return carrier.yields();
  }

  /** Suspends, is dispatched again, and logs an event that shows three values. */
  @Benchmark
  public int yieldAndLog() {
    if (log == null) { // the other methods are measured without it
      log = LogBackend.create("logback", impl);
    }
    return carrier.yieldsAndLogs(log);
  }

  /** Changes the coroutine context without a dispatch. */
  @Benchmark
  public int withContextName() {
    return carrier.renames();
  }

  /** Hops from Dispatchers.Default to Dispatchers.IO and back: two dispatches. */
  @Benchmark
  public int withContextIO() {
    return carrier.hops();
  }

  /** Launches a child and joins it. */
  @Benchmark
  public int launch() {
    return carrier.launches();
  }
}
