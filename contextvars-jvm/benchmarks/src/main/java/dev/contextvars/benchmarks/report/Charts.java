// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.benchmarks.report;

import java.awt.Color;
import java.awt.Dimension;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.geom.Rectangle2D;
import java.io.IOException;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.DoubleSummaryStatistics;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.apache.batik.svggen.SVGGeneratorContext;
import org.apache.batik.svggen.SVGGraphics2D;
import org.jfree.chart.ChartFactory;
import org.jfree.chart.JFreeChart;
import org.jfree.chart.StandardChartTheme;
import org.jfree.chart.title.TextTitle;
import org.jfree.chart.ui.HorizontalAlignment;
import org.jfree.chart.ui.RectangleInsets;
import org.w3c.dom.Document;

/**
 * Charts of a work: lines by size where there are three or more and figures of all magnitudes, else
 * bars.
 *
 * <p>They show JDK 17, and of a later JDK those whom 17 does not have.
 */
final class Charts {
  static final Color OURS = new Color(0xC2, 0x41, 0x0C);
  static final Color INK = new Color(0x33, 0x33, 0x33);
  static final Color PALE = new Color(0xE5, 0xE7, 0xEB);
  static final int WIDTH = 860;

  private Charts() {}

  /** One contender's figures on one JDK, and how to call it. */
  record Series(String contender, int jdk, String label) {}

  static String svg(Work work, List<Measurement> measurements) {
    List<String> sizes = work.sizes(measurements);
    List<Series> series = series(measurements);
    boolean lines = sizes.size() >= 3 && areFarApart(measurements);
    JFreeChart chart =
        lines
            ? Lines.chart(work, measurements, series, sizes)
            : Bars.chart(work, measurements, series, sizes);
    style(chart, work, measurements, sizes);
    int height = lines ? 480 : 110 + 22 * series.size() * sizes.size() + 6 * series.size();
    return paint(chart, height);
  }

  static Font font(int style, int size) {
    return new Font(Font.SANS_SERIF, style, size);
  }

  private static List<Series> series(List<Measurement> measurements) {
    List<Integer> jdks = measurements.stream().map(Measurement::jdk).distinct().sorted().toList();
    Set<String> shown = new LinkedHashSet<>();
    List<Series> series = new ArrayList<>();
    for (int jdk : jdks) {
      List<Measurement> ofJdk = measurements.stream().filter(m -> m.jdk() == jdk).toList();
      for (String contender : Names.contenders(ofJdk)) {
        if (shown.add(contender)) {
          String suffix = jdk == jdks.get(0) ? "" : " (JDK " + jdk + ")";
          series.add(new Series(contender, jdk, Names.contender(contender) + suffix));
        }
      }
    }
    return series;
  }

  /** Returns whether a scale that starts at nothing would have the lower ones on its floor. */
  private static boolean areFarApart(List<Measurement> measurements) {
    DoubleSummaryStatistics values =
        measurements.stream().mapToDouble(Measurement::value).summaryStatistics();
    return values.getMax() > 4 * values.getMin();
  }

  private static void style(
      JFreeChart chart, Work work, List<Measurement> measurements, List<String> sizes) {
    String unit = measurements.get(0).unit();
    int jdk = measurements.stream().mapToInt(Measurement::jdk).min().orElseThrow();
    String size = sizes.size() == 1 ? Names.size(work, sizes.get(0)) : "";
    String what =
        switch (unit) {
          case "ns/op" -> "CPU time per operation, in ns";
          case "ns" -> "Time";
          case "B" -> "Bytes";
          default -> "In " + unit;
        };
    String sense = work.settings().containsValue("requestsPerSecond") ? "more" : "less";
    if (unit.startsWith("ops")) {
      sense = "more";
    }
    chart.setTitle(title(Names.title(work), Font.BOLD, 17));
    chart.addSubtitle(
        title(
            "%s; %sJDK %d, median; %s is better"
                .formatted(what, size.isEmpty() ? "" : size + ", ", jdk, sense),
            Font.PLAIN,
            13));
    chart.setBackgroundPaint(Color.WHITE);
    chart.setPadding(new RectangleInsets(12, 12, 12, 12));
    chart.getPlot().setBackgroundPaint(Color.WHITE);
    chart.getPlot().setOutlineVisible(false);
  }

  private static TextTitle title(String text, int style, int size) {
    TextTitle title = new TextTitle(text, font(style, size));
    title.setPaint(INK);
    title.setHorizontalAlignment(HorizontalAlignment.LEFT);
    title.setPadding(0, 0, 5, 0);
    return title;
  }

  private static String paint(JFreeChart chart, int height) {
    try {
      Document document =
          DocumentBuilderFactory.newInstance()
              .newDocumentBuilder()
              .getDOMImplementation()
              .createDocument("http://www.w3.org/2000/svg", "svg", null);
      SVGGeneratorContext context = SVGGeneratorContext.createDefault(document);
      context.setComment("Drawn by dev.contextvars.benchmarks.report");
      context.setPrecision(1);
      SVGGraphics2D graphics = new SVGGraphics2D(context, false);
      graphics.setSVGCanvasSize(new Dimension(WIDTH, height));
      chart.draw((Graphics2D) graphics, new Rectangle2D.Double(0, 0, WIDTH, height));
      StringWriter writer = new StringWriter();
      graphics.stream(writer, true);
      return writer.toString();
    } catch (IOException | ParserConfigurationException e) {
      throw new IllegalStateException(e);
    }
  }

  static {
    StandardChartTheme theme = (StandardChartTheme) StandardChartTheme.createJFreeTheme();
    theme.setShadowVisible(false);
    ChartFactory.setChartTheme(theme);
  }
}
