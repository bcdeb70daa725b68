// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.benchmarks.run;

import dev.contextvars.Context;
import dev.contextvars.ContextWatchers;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** Runs a body that does nothing in a context, and what watchers of switches add to that. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class RunWatched {
  private Context context = new Context();
  private Supplier<Object> body = () -> this;

  /** One was there, and saw switches, and is gone: code may have been compiled with it. */
  @State(Scope.Thread)
  public static class Removed {
    private static final int SWITCHES = 100_000;

    @Setup
    public void addAndRemove() {
      Consumer<Context> watcher = new LastSeen();
      ContextWatchers.add(watcher);
      Context context = new Context();
      for (int i = 0; i < SWITCHES; i++) {
        context.run(() -> this);
      }
      ContextWatchers.remove(watcher);
    }
  }

  /** One is there, and keeps what it is told. */
  @State(Scope.Thread)
  public static class Watching {
    private final Consumer<Context> watcher = new LastSeen();

    @Setup
    public void add() {
      ContextWatchers.add(watcher);
    }

    @TearDown
    public void remove() {
      ContextWatchers.remove(watcher);
    }
  }

  private static final class LastSeen implements Consumer<Context> {
    private Context context;

    @Override
    public void accept(Context current) {
      context = current;
    }

    @Override
    public String toString() {
      return "last seen: " + context;
    }
  }

  @Benchmark
  public Object noWatcher() {
    return context.run(body);
  }

  @Benchmark
  public Object watcherRemoved(Removed watcher) {
    return context.run(body);
  }

  @Benchmark
  public Object oneWatcher(Watching watcher) {
    return context.run(body);
  }
}
