// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.benchmarks;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.IterationParams;
import org.openjdk.jmh.profile.InternalProfiler;
import org.openjdk.jmh.results.AggregationPolicy;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.ScalarResult;

/**
 * A JMH profiler: the CPU time an operation takes, of all Java threads together, as {@code cpu}.
 *
 * <p>On a machine that others use too, wall time measures them as well; this does not. The threads
 * of the compiler and of the collector are no Java threads and do not count, those of a dispatcher
 * or a pool do. Run with {@code -prof dev.contextvars.benchmarks.WorkerCpu}.
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
    long nanos = 0;
    for (Map.Entry<Long, Long> thread : cpuTimes().entrySet()) {
      nanos += thread.getValue() - before.getOrDefault(thread.getKey(), 0L);
    }
    // All operations, those before and after the measured time too: the threads' clocks count them.
    long operations = Math.max(1, result.getMetadata().getAllOps());
    return List.of(
        new ScalarResult("cpu", (double) nanos / operations, "ns/op", AggregationPolicy.AVG));
  }

  private static Map<Long, Long> cpuTimes() {
    Map<Long, Long> times = new HashMap<>();
    for (long id : THREADS.getAllThreadIds()) {
      long nanos = THREADS.getThreadCpuTime(id);
      if (nanos > 0) { // a thread that has just ended has -1
        times.put(id, nanos);
      }
    }
    return times;
  }
}
