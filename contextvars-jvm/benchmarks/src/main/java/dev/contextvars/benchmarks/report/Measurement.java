// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.benchmarks.report;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.StreamSupport;

/**
 * What one contender took for one work at one size: a row of JMH's results.
 *
 * @param work the class of the benchmark without its package, such as {@code ReadRepeated}
 * @param contender the method of the benchmark, such as {@code holder}
 * @param value CPU time where the score is a time, or else the score; of both the median
 * @param unit the unit of the value, such as {@code ns/op}
 * @param wall time of an operation in nanoseconds, where the value is its CPU time, or NaN
 * @param cpu CPU time of an operation in nanoseconds, or NaN
 * @param bytes allocated by an operation, or NaN
 */
record Measurement(
    int jdk,
    String group,
    String work,
    String contender,
    Map<String, String> params,
    double value,
    String unit,
    double wall,
    double cpu,
    double bytes) {

  static Measurement of(JsonNode row, int jdk) {
    String[] name = row.path("benchmark").asText().split("\\.");
    if (name.length < 3) {
      throw new IllegalArgumentException("not group.Work.contender: " + row.path("benchmark"));
    }
    String group = name[name.length - 3];
    Map<String, String> params = new TreeMap<>();
    row.path("params").properties().forEach(p -> params.put(p.getKey(), p.getValue().asText()));
    if (group.equals("scale")) { // a parameter to us, an option to JMH
      params.put("threads", row.path("threads").asText("1"));
    }
    JsonNode cpu = row.path("secondaryMetrics").path("cpu");
    JsonNode score = row.path("primaryMetric");
    // Of throughput the score is what is asked for: CPU time does not see that threads wait.
    boolean byCpu = !cpu.isMissingNode() && score.path("scoreUnit").asText().equals("ns/op");
    JsonNode value = byCpu ? cpu : score;
    return new Measurement(
        jdk,
        group,
        name[name.length - 2],
        name[name.length - 1],
        params,
        median(value),
        value.path("scoreUnit").asText(),
        byCpu ? median(score) : Double.NaN,
        median(cpu),
        median(row.path("secondaryMetrics").path("gc.alloc.rate.norm")));
  }

  /**
   * Returns the median over all iterations of all forks, or the score of what has none, or NaN.
   *
   * <p>The median, as one iteration in which the machine was elsewhere moves a mean by any amount.
   */
  static double median(JsonNode metric) {
    JsonNode percentile = metric.path("scorePercentiles").path("50.0");
    if (percentile.isNumber()) {
      return percentile.doubleValue();
    }
    double[] samples =
        StreamSupport.stream(metric.path("rawData").spliterator(), false)
            .flatMap(fork -> StreamSupport.stream(fork.spliterator(), false))
            .mapToDouble(JsonNode::doubleValue)
            .sorted()
            .toArray();
    if (samples.length > 0) {
      return (samples[(samples.length - 1) / 2] + samples[samples.length / 2]) / 2;
    }
    return metric.path("score").isNumber() ? metric.get("score").doubleValue() : Double.NaN;
  }
}
