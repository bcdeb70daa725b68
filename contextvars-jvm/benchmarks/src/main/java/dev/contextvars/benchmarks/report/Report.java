// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.benchmarks.report;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Writes tables, targets and charts of all results there are into a page and the folder beside. */
public final class Report {
  private Report() {}

  /**
   * Writes the report.
   *
   * @param args the folder with the results, such as docs/performance, and the page
   */
  public static void main(String[] args) throws IOException {
    System.setProperty("java.awt.headless", "true");
    Path folder = Path.of(args[0]);
    Path file = Path.of(args[1]);
    Results results = Results.read(folder);
    Page page = Page.read(file);
    fill(page, results, folder.getFileName().toString());
    page.replace("machine", Machine.table(folder));
    page.write(file);
    drawCharts(results, folder);
  }

  /** Puts all tables into the page, with links to the charts in a folder beside it. */
  static void fill(Page page, Results results, String charts) {
    for (String group : Names.GROUPS) {
      page.replace("table: " + group, section(results.works(group), charts));
    }
    page.replace("targets", Target.table(Targets.all(), results));
  }

  private static String section(Map<Work, List<Measurement>> works, String charts) {
    if (works.isEmpty()) {
      return "Not measured yet.";
    }
    StringBuilder section = new StringBuilder();
    works.forEach(
        (work, measurements) -> {
          String title = Names.title(work);
          section.append("\n### ").append(title).append("\n\n");
          section.append("![%s](%s/%s)\n\n".formatted(title, charts, work.chart()));
          section.append(Tables.of(work, measurements));
        });
    return section.toString();
  }

  private static void drawCharts(Results results, Path folder) throws IOException {
    try (DirectoryStream<Path> charts = Files.newDirectoryStream(folder, "*.svg")) {
      for (Path chart : charts) { // of a work that there is no more
        Files.delete(chart);
      }
    }
    for (String group : Names.GROUPS) {
      for (Map.Entry<Work, List<Measurement>> work : results.works(group).entrySet()) {
        String svg = Charts.svg(work.getKey(), work.getValue());
        Files.writeString(folder.resolve(work.getKey().chart()), svg);
      }
    }
  }
}
