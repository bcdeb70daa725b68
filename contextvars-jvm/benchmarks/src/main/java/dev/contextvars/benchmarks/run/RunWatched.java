// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.benchmarks.run;

import dev.contextvars.Context;
import dev.contextvars.ContextWatchers;
import dev.contextvars.Registration;
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
      Registration watcher = ContextWatchers.add(new LastSeen());
      Context context = new Context();
      for (int i = 0; i < SWITCHES; i++) {
        context.run(() -> this);
      }
      watcher.close();
    }
  }

  /** One is there, and keeps what it is told. */
  @State(Scope.Thread)
  public static class Watching {
    private Registration watcher;

    @Setup
    public void add() {
      watcher = ContextWatchers.add(new LastSeen());
    }

    @TearDown
    public void remove() {
      watcher.close();
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
