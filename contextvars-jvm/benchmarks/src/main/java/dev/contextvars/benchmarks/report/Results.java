// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.benchmarks.report;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** All that was measured. */
record Results(List<Measurement> measurements) {
  private static final Pattern FILE = Pattern.compile("[a-z]+-jdk(\\d+)\\.json");

  /** Reads the files {@code <group>-jdk<version>.json} of a folder. */
  static Results read(Path folder) throws IOException {
    List<Measurement> measurements = new ArrayList<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.sorted().toList()) {
        Matcher name = FILE.matcher(file.getFileName().toString());
        if (name.matches()) {
          measurements.addAll(of(Json.read(file), Integer.parseInt(name.group(1))).measurements);
        }
      }
    }
    return new Results(measurements);
  }

  static Results of(JsonNode rows, int jdk) {
    List<Measurement> measurements = new ArrayList<>();
    rows.forEach(row -> measurements.add(Measurement.of(row, jdk)));
    return new Results(measurements);
  }

  /** Returns the works of a group, each with its measurements, in the order of their names. */
  Map<Work, List<Measurement>> works(String group) {
    Map<Work, List<Measurement>> works = new LinkedHashMap<>();
    measurements.stream()
        .filter(m -> m.group().equals(group))
        .sorted(Comparator.comparing(m -> Names.order(m.work()) + Work.of(m).id()))
        .forEach(m -> works.computeIfAbsent(Work.of(m), work -> new ArrayList<>()).add(m));
    return works;
  }

  /** Returns what a contender took, or NaN if that was not measured. */
  double value(int jdk, String work, String contender, Map<String, String> params) {
    return find(jdk, work, contender, params)
        .map(Measurement::value)
        .findFirst()
        .orElse(Double.NaN);
  }

  /** Returns what a contender allocated, or NaN if that was not measured. */
  double bytes(int jdk, String work, String contender, Map<String, String> params) {
    return find(jdk, work, contender, params)
        .map(Measurement::bytes)
        .findFirst()
        .orElse(Double.NaN);
  }

  /** Returns the sizes at which the library itself was measured, the smallest first. */
  List<Integer> sizes(int jdk, String work) {
    return find(jdk, work, Names.OURS, Map.of())
        .filter(m -> m.params().containsKey("n"))
        .map(m -> Integer.valueOf(m.params().get("n")))
        .distinct()
        .sorted()
        .toList();
  }

  private Stream<Measurement> find(
      int jdk, String work, String contender, Map<String, String> params) {
    // A work of one size need not name it: a parameter that the row does not have excludes nothing.
    Predicate<Measurement> matches =
        m ->
            params.entrySet().stream()
                .allMatch(
                    p -> m.params().getOrDefault(p.getKey(), p.getValue()).equals(p.getValue()));
    return measurements.stream()
        .filter(m -> m.jdk() == jdk)
        .filter(m -> (m.group() + "." + m.work()).equals(work) && m.contender().equals(contender))
        .filter(matches);
  }
}
