// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.benchmarks.report;

import java.awt.Color;
import java.awt.Dimension;
import java.awt.Font;
import java.awt.Graphics2D;
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
import org.w3c.dom.Document;

/**
 * Charts of a work: lines by size where there are three or more and figures of all magnitudes, else
 * bars.
 *
 * <p>They show JDK 17, and of a later JDK those whom 17 does not have.
 *
 * <p>Texts begin at a place and none ends at one, but for the short figures of an axis: the font is
 * the reader's, and only about as wide as ours.
 */
final class Charts {
  static final Color OURS = new Color(0xC2, 0x41, 0x0C);
  static final Color INK = new Color(0x33, 0x33, 0x33);
  static final Color PALE = new Color(0xE5, 0xE7, 0xEB);
  static final int WIDTH = 860;
  static final int MARGIN = 20;

  /** Where the title ends. */
  static final int TOP = 72;

  private Charts() {}

  /** One contender's figures on one JDK, and how to call it. */
  record Series(String contender, int jdk, String label) {

    boolean isOurs() {
      return Names.isOurs(contender);
    }

    boolean has(Measurement measurement) {
      return measurement.contender().equals(contender) && measurement.jdk() == jdk;
    }
  }

  /** What is below the title. */
  interface Drawing {
    /** How high the whole chart is. */
    int height();

    void draw(Graphics2D graphics);
  }

  static String svg(Work work, List<Measurement> measurements) {
    Drawing drawing = drawing(work, measurements);
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
      graphics.setSVGCanvasSize(new Dimension(WIDTH, drawing.height()));
      paint(graphics, drawing, work, measurements);
      StringWriter writer = new StringWriter();
      graphics.stream(writer, true);
      return writer.toString();
    } catch (IOException | ParserConfigurationException e) {
      throw new IllegalStateException(e);
    }
  }

  static Drawing drawing(Work work, List<Measurement> measurements) {
    List<Series> series = series(measurements);
    return work.sizes(measurements).size() >= 3 && areFarApart(measurements)
        ? new Lines(work, measurements, series)
        : new Bars(work, measurements, series);
  }

  static void paint(
      Graphics2D graphics, Drawing drawing, Work work, List<Measurement> measurements) {
    graphics.setPaint(Color.WHITE);
    graphics.fillRect(0, 0, WIDTH, drawing.height());
    graphics.setPaint(INK);
    graphics.setFont(font(Font.BOLD, 17));
    graphics.drawString(Names.title(work), MARGIN, 32);
    graphics.setFont(font(Font.PLAIN, 13));
    graphics.drawString(subtitle(work, measurements), MARGIN, 53);
    drawing.draw(graphics);
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

  private static String subtitle(Work work, List<Measurement> measurements) {
    List<String> sizes = work.sizes(measurements);
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
    boolean more = unit.startsWith("ops") || work.settings().containsValue("requestsPerSecond");
    return "%s; %sJDK %d, median; %s is better"
        .formatted(what, size.isEmpty() ? "" : size + ", ", jdk, more ? "more" : "less");
  }
}
