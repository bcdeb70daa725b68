// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.benchmarks.memory;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Results in the shape of JMH's JSON, so that one report reads them all. */
public final class Results {
  private final List<String> rows = new ArrayList<>();

  /** Adds what a contender weighs at a kind of work. */
  void add(String work, String contender, Map<String, ?> params, double bytes) {
    String name = Results.class.getPackageName() + "." + work + "." + contender;
    String given =
        new TreeMap<>(params)
            .entrySet().stream()
                .map(param -> quote(param.getKey()) + ": " + quote(param.getValue()))
                .collect(Collectors.joining(", "));
    rows.add(
        """
          {"benchmark": %s, "params": {%s},
           "primaryMetric": {"score": %s, "scoreUnit": "B"}, "secondaryMetrics": {}}"""
            .formatted(quote(name), given, String.format(Locale.ROOT, "%.2f", bytes)));
  }

  private static String quote(Object text) {
    return '"' + text.toString() + '"'; // names and numbers: nothing to be escaped
  }

  /** Writes all the rows. */
  void write(Path file) throws IOException {
    Files.writeString(file, toString());
  }

  @Override
  public String toString() {
    return "[\n" + String.join(",\n", rows) + "\n]\n";
  }
}
