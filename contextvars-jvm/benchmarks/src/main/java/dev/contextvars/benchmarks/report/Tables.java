// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.benchmarks.report;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A work as Markdown: rows contenders, columns sizes, a cell "3.1 ns (wall 3.3), 0 B". */
final class Tables {
  private Tables() {}

  /** Returns a table to each JDK, or one table with a column to each JDK, if there is one size. */
  static String of(Work work, List<Measurement> measurements) {
    List<Integer> jdks = measurements.stream().map(Measurement::jdk).distinct().sorted().toList();
    List<String> sizes = work.sizes(measurements);
    if (sizes.size() == 1) {
      String size = Names.size(work, sizes.get(0));
      List<Column> columns =
          jdks.stream().map(jdk -> new Column("JDK " + jdk, jdk, sizes.get(0))).toList();
      return table(size, columns, work, measurements);
    }
    return jdks.stream()
        .map(
            jdk -> {
              List<Column> columns =
                  sizes.stream()
                      .map(size -> new Column(Names.size(work, size), jdk, size))
                      .toList();
              List<Measurement> rows = measurements.stream().filter(m -> m.jdk() == jdk).toList();
              return table("JDK " + jdk, columns, work, rows);
            })
        .collect(Collectors.joining("\n"));
  }

  private static String table(
      String corner, List<Column> columns, Work work, List<Measurement> measurements) {
    List<String> lines = new ArrayList<>();
    lines.add(row(Stream.concat(Stream.of(corner), columns.stream().map(Column::head))));
    lines.add(row(Stream.concat(Stream.of("---"), columns.stream().map(c -> "---:"))));
    for (String contender : Names.contenders(measurements)) {
      String label = Names.contender(contender);
      String name = Names.isOurs(contender) ? "**" + label + "**" : label;
      Stream<String> cells = columns.stream().map(c -> cell(c, contender, work, measurements));
      lines.add(row(Stream.concat(Stream.of(name), cells)));
    }
    return String.join("\n", lines) + "\n";
  }

  private static String cell(
      Column column, String contender, Work work, List<Measurement> measurements) {
    return measurements.stream()
        .filter(m -> m.jdk() == column.jdk && m.contender().equals(contender))
        .filter(m -> work.size(m).equals(column.size))
        .map(Tables::text)
        .findFirst()
        .orElse("");
  }

  private static String text(Measurement measurement) {
    String value = Numbers.withUnit(measurement.value(), measurement.unit());
    boolean isTime = measurement.unit().equals("ns/op");
    if (!Double.isNaN(measurement.wall())) {
      value += " (wall " + Numbers.besides(measurement.wall(), measurement.value()) + ")";
    }
    if (isTime && !Double.isNaN(measurement.bytes())) {
      return value + ", " + Numbers.withUnit(measurement.bytes(), "B");
    }
    if (!isTime && !Double.isNaN(measurement.cpu())) {
      return value + ", " + Numbers.withUnit(measurement.cpu(), "ns");
    }
    return value;
  }

  private static String row(Stream<String> cells) {
    return cells.collect(Collectors.joining(" | ", "| ", " |"));
  }

  private record Column(String head, int jdk, String size) {}
}
