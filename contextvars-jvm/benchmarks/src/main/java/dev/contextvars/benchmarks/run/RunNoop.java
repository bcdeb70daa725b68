// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.benchmarks.run;

import dev.contextvars.Context;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** Runs a body that does nothing in a context taken earlier. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class RunNoop {
  private static final ThreadLocal<Object[]> HOLDER = ThreadLocal.withInitial(() -> new Object[1]);

  private Context context = new Context();
  private Object bare = new Object();
  private Supplier<Object> body = () -> this;

  @Benchmark
  public Object contextvars() {
    return context.run(body);
  }

  /** The least there is: a field of a thread's holder is exchanged and put back. */
  @Benchmark
  public Object holder() {
    Object[] holder = HOLDER.get();
    Object before = holder[0];
    holder[0] = bare;
    try {
      return body.get();
    } finally {
      HOLDER.get()[0] = before;
    }
  }
}
