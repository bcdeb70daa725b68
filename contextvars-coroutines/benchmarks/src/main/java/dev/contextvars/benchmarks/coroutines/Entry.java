// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.benchmarks.coroutines;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.*;

/** Blocks that a coroutine enters and leaves on its own dispatcher; see {@link Blocks}. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@OperationsPerInvocation(Coroutines.TIMES)
public class Entry {
  @Param({"none", "contextvars", "contextvarsElement", "contextvarsCopy", "threadLocal1"})
  public String impl;

  @Param({"callerWithoutElement", "callerWithElement"})
  public String caller;

  private Blocks blocks;

  @Setup
  public void create() {
    blocks = new Blocks(impl, caller.equals("callerWithElement"));
  }

  /** Enters and leaves a block that does not suspend. */
  @Benchmark
  public int enter() {
    return blocks.enter();
  }

  /** Enters a block, suspends once in it, and leaves it. */
  @Benchmark
  public int enterAndYield() {
    return blocks.enterAndYield();
  }

  /** Suspends and is dispatched again, in a block that was entered before. */
  @Benchmark
  public int yieldInside() {
    return blocks.yieldInside();
  }
}
