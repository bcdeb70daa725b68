// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.benchmarks.run;

import dev.contextvars.benchmarks.PeerBenchmark;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.openjdk.jmh.annotations.*;
import org.openjdk.jmh.infra.Blackhole;

/** Passes tasks that read one of n variables to another thread, by an executor that captures. */
public class Tasks extends PeerBenchmark {
  private static final int TASKS = 10_000;

  @Param({"none", "contextvars", "grpc", "openTelemetry", "micrometer", "transmittable"})
  public String impl;

  @Param("10")
  public int n;

  private final ExecutorService worker = Executors.newSingleThreadExecutor();
  private final Runnable[] queue = new Runnable[TASKS];
  private int submitted;

  /** Submits a task, and runs it on the other thread; all are handed over together. */
  @Benchmark
  @OperationsPerInvocation(TASKS)
  public void task(Blackhole sink) throws Exception {
    submitted = 0;
    Executor executor = peer.executor(task -> queue[submitted++] = task);
    Runnable read = () -> sink.consume(peer.get());
    for (int i = 0; i < TASKS; i++) {
      executor.execute(read);
    }
    Runnable runAll =
        () -> {
          for (Runnable task : queue) {
            task.run();
          }
        };
    worker.submit(runAll).get();
  }

  @TearDown
  public void stop() {
    worker.shutdown();
  }
}
