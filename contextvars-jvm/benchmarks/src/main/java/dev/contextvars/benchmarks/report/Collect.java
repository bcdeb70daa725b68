// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.benchmarks.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Puts the results of one group on one JDK into one small file, and notes in {@code machine.json}
 * how they came about.
 *
 * <p>JMH writes 150 lines to a row. What is kept is one line: scores, errors and medians of wall
 * time, CPU time and allocation, and what was run.
 */
public final class Collect {
  private static final List<String> KEPT =
      List.of("benchmark", "mode", "threads", "forks", "jdkVersion", "vmVersion", "params");
  private static final List<String> KEPT_METRICS = List.of("cpu", "gc.alloc.rate.norm");
  private static final MathContext DIGITS = new MathContext(5);

  private Collect() {}

  /**
   * Collects.
   *
   * @param args the file to write, files to read, and {@code name=value} facts for machine.json
   */
  public static void main(String[] args) throws IOException {
    Path to = Path.of(args[0]);
    List<Path> from = new ArrayList<>();
    ObjectNode facts = JsonNodeFactory.instance.objectNode();
    for (String arg : List.of(args).subList(1, args.length)) {
      int equals = arg.indexOf('=');
      if (equals > 0) {
        facts.put(arg.substring(0, equals), arg.substring(equals + 1));
      } else {
        from.add(Path.of(arg));
      }
    }
    ArrayNode rows = JsonNodeFactory.instance.arrayNode();
    for (Path file : from) {
      Json.read(file).forEach(row -> rows.add(slim(row)));
    }
    if (rows.isEmpty()) {
      throw new IllegalStateException("nothing was measured for " + to + " in " + from);
    }
    Json.write(to, rows);
    note(to, facts);
  }

  private static void note(Path results, ObjectNode facts) throws IOException {
    Path file = results.resolveSibling(Machine.FILE);
    ObjectNode notes =
        Files.exists(file) ? (ObjectNode) Json.read(file) : JsonNodeFactory.instance.objectNode();
    notes.set(results.getFileName().toString(), facts);
    Json.write(file, notes);
  }

  /** Returns a row of JMH's results without what the report has no use for. */
  static ObjectNode slim(JsonNode row) {
    ObjectNode slim = JsonNodeFactory.instance.objectNode();
    for (String field : KEPT) {
      if (row.has(field)) {
        slim.set(field, row.get(field));
      }
    }
    slim.set("primaryMetric", slimMetric(row.path("primaryMetric")));
    ObjectNode metrics = slim.putObject("secondaryMetrics");
    for (Map.Entry<String, JsonNode> metric : row.path("secondaryMetrics").properties()) {
      // Older JMH puts a middle dot before the names of a profiler's metrics.
      String name = metric.getKey().replace("·", "");
      if (KEPT_METRICS.contains(name)) {
        metrics.set(name, slimMetric(metric.getValue()));
      }
    }
    return slim;
  }

  private static ObjectNode slimMetric(JsonNode metric) {
    ObjectNode slim = JsonNodeFactory.instance.objectNode();
    slim.put("score", rounded(metric.path("score").asDouble(Double.NaN)));
    if (metric.path("scoreError").isNumber()) { // "NaN" of a single iteration is a string
      slim.put("scoreError", rounded(metric.get("scoreError").doubleValue()));
    }
    double median = Measurement.median(metric);
    if (Double.isFinite(median)) {
      slim.putObject("scorePercentiles").put("50.0", rounded(median));
    }
    slim.set("scoreUnit", metric.path("scoreUnit"));
    return slim;
  }

  private static double rounded(double number) {
    return Double.isFinite(number) ? new BigDecimal(number).round(DIGITS).doubleValue() : number;
  }
}
