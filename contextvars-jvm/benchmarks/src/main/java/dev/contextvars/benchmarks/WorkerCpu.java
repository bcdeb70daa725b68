// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.benchmarks;

import java.lang.management.*;
import java.util.*;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.IterationParams;
import org.openjdk.jmh.profile.InternalProfiler;
import org.openjdk.jmh.results.*;

/**
 * A JMH profiler that reports the CPU time of all Java threads per operation, as {@code cpu}.
 *
 * <p>On a shared machine, wall time includes the time of other processes; CPU time does not. The
 * threads of the compiler and of the collector are not Java threads and do not count; those of a
 * dispatcher or a pool do. Run with {@code -prof dev.contextvars.benchmarks.WorkerCpu}.
 */
public final class WorkerCpu implements InternalProfiler {
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
  private Map<Long, Long> before = Map.of();

  @Override
  public String getDescription() {
    return "CPU time of all Java threads per operation";
  }

  @Override
  public void beforeIteration(BenchmarkParams benchmark, IterationParams iteration) {
    before = cpuTimes();
  }

  @Override
  public Collection<? extends Result<?>> afterIteration(
      BenchmarkParams benchmark, IterationParams iteration, IterationResult result) {
    double nanos = 0;
    for (Map.Entry<Long, Long> thread : cpuTimes().entrySet()) {
      nanos += thread.getValue() - before.getOrDefault(thread.getKey(), 0L);
    }
    // All operations, also those outside the measured time, which the threads' clocks count.
    double cpu = nanos / Math.max(1, result.getMetadata().getAllOps());
    return List.of(new ScalarResult("cpu", cpu, "ns/op", AggregationPolicy.AVG));
  }

  /** Returns the CPU time that each live Java thread has used so far. */
  public static Map<Long, Long> cpuTimes() {
    Map<Long, Long> times = new HashMap<>();
    for (long id : THREADS.getAllThreadIds()) {
      long nanos = THREADS.getThreadCpuTime(id);
      if (nanos > 0) { // -1 for a thread that has just ended
        times.put(id, nanos);
      }
    }
    return times;
  }
}
