// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.benchmarks.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A kind of work, which contenders do at one size or at several: a chart, and a table to each JDK.
 *
 * <p>Which parameter is the size, {@link #axis}, is a convention: the number of threads, of
 * variables or entries, or of coroutines. Each value of another parameter makes a work of its own.
 *
 * @param axis the parameter that is the size, or "" if there is none
 * @param settings the values of all other parameters
 */
record Work(String group, String name, String axis, Map<String, String> settings) {
  private static final List<String> AXES = List.of("threads", "n", "coroutines");

  static Work of(Measurement measurement) {
    Map<String, String> settings = new TreeMap<>(measurement.params());
    String axis = AXES.stream().filter(settings::containsKey).findFirst().orElse("");
    settings.remove(axis);
    return new Work(measurement.group(), measurement.work(), axis, settings);
  }

  /** Returns the work's name with its settings, for a file or for sorting. */
  String id() {
    return settings.isEmpty() ? name : name + "-" + String.join("-", settings.values());
  }

  String chart() {
    return group + "-" + id().replaceAll("[^A-Za-z0-9-]", "_") + ".svg";
  }

  String size(Measurement measurement) {
    return measurement.params().getOrDefault(axis, "");
  }

  /** Returns the sizes that were measured, the smallest first. */
  List<String> sizes(List<Measurement> measurements) {
    Set<String> sizes =
        new TreeSet<>(
            Comparator.comparing((String size) -> size.length()).thenComparing(size -> size));
    measurements.forEach(measurement -> sizes.add(size(measurement)));
    return new ArrayList<>(sizes);
  }
}
