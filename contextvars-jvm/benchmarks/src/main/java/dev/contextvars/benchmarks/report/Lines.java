// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.benchmarks.report;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Line2D;
import java.awt.geom.Path2D;
import java.awt.geom.Point2D;
import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.Locale;

/** A line to each contender by size, the scale logarithmic, with its name at the line's end. */
final class Lines implements Charts.Drawing {
  private static final Color[] PEERS = {
    new Color(0x5B, 0x7D, 0xB1), new Color(0x7A, 0x9E, 0x7E), new Color(0x9B, 0x86, 0xB8),
    new Color(0xB0, 0x9A, 0x62), new Color(0x6F, 0xA8, 0xAD), new Color(0xB0, 0x80, 0x90),
    new Color(0x80, 0x88, 0x94), new Color(0x9A, 0x8C, 0x80)
  };
  private static final int LEFT = 76;
  private static final int RIGHT = 580;
  private static final int NAMES = RIGHT + 42;
  private static final int BOTTOM = Charts.TOP + 360;
  private static final int NAME_HEIGHT = 16;

  private final Work work;
  private final List<String> sizes;
  private final List<Line> lines = new ArrayList<>();
  private final double low;
  private final double high;

  Lines(Work work, List<Measurement> measurements, List<Charts.Series> series) {
    this.work = work;
    this.sizes = work.sizes(measurements);
    // What is nothing has no place on the scale.
    List<Measurement> positive = measurements.stream().filter(m -> m.value() > 0).toList();
    DoubleSummaryStatistics values =
        positive.stream().mapToDouble(Measurement::value).summaryStatistics();
    low = values.getMin() / 1.25;
    high = values.getMax() * 1.25;
    int peer = 0;
    for (Charts.Series each : series) {
      Color color = each.isOurs() ? Charts.OURS : PEERS[peer++ % PEERS.length];
      List<Point2D> points =
          positive.stream()
              .filter(each::has)
              .sorted(Comparator.comparingInt(m -> sizes.indexOf(work.size(m))))
              .<Point2D>map(m -> new Point2D.Double(x(sizes.indexOf(work.size(m))), y(m.value())))
              .toList();
      if (!points.isEmpty()) {
        lines.add(new Line(each, color, points));
      }
    }
  }

  private record Line(Charts.Series series, Color color, List<Point2D> points) {
    Point2D last() {
      return points.get(points.size() - 1);
    }
  }

  private double x(int size) {
    return LEFT + 24 + (double) (RIGHT - LEFT - 24) * size / (sizes.size() - 1);
  }

  private double y(double value) {
    return BOTTOM - (BOTTOM - Charts.TOP) * Math.log(value / low) / Math.log(high / low);
  }

  @Override
  public int height() {
    return BOTTOM + 28 + Charts.MARGIN;
  }

  @Override
  public void draw(Graphics2D graphics) {
    drawScale(graphics);
    drawNames(graphics);
    for (int i = lines.size() - 1; i >= 0; i--) { // ours, the first, on top
      draw(graphics, lines.get(i));
    }
  }

  private void drawScale(Graphics2D graphics) {
    graphics.setFont(Charts.font(Font.PLAIN, 12));
    DecimalFormat format =
        new DecimalFormat("#,##0.##", DecimalFormatSymbols.getInstance(Locale.ROOT));
    double doublings = Math.log(high / low) / Math.log(2);
    int step = doublings > 9 ? (int) Math.ceil(doublings / 8) : 1;
    int first = (int) Math.ceil(Math.log(low) / Math.log(2));
    for (int power = first; Math.pow(2, power) <= high; power += step) {
      double value = Math.pow(2, power);
      graphics.setPaint(Charts.PALE);
      graphics.setStroke(new BasicStroke(1));
      graphics.draw(new Line2D.Double(LEFT, y(value), RIGHT, y(value)));
      graphics.setPaint(Charts.INK);
      String text = format.format(value);
      int width = graphics.getFontMetrics().stringWidth(text);
      graphics.drawString(text, LEFT - 10 - width, (float) (y(value) + 4));
    }
    for (int size = 0; size < sizes.size(); size++) {
      String text = Names.size(work, sizes.get(size));
      int width = graphics.getFontMetrics().stringWidth(text);
      graphics.drawString(text, (float) (x(size) - width / 2.0), BOTTOM + 22);
    }
  }

  private static void draw(Graphics2D graphics, Line line) {
    boolean ours = line.series.isOurs();
    graphics.setPaint(line.color);
    graphics.setStroke(
        new BasicStroke(ours ? 3.2f : 1.8f, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
    Path2D path = new Path2D.Double();
    double radius = ours ? 4 : 2.8;
    for (Point2D point : line.points) {
      if (path.getCurrentPoint() == null) {
        path.moveTo(point.getX(), point.getY());
      } else {
        path.lineTo(point.getX(), point.getY());
      }
      graphics.fill(
          new Ellipse2D.Double(
              point.getX() - radius, point.getY() - radius, 2 * radius, 2 * radius));
    }
    graphics.draw(path);
  }

  /**
   * Writes names beside the ends, moved apart where lines end closer than a line of text is high,
   * and connects the two.
   */
  private void drawNames(Graphics2D graphics) {
    List<Line> downwards = new ArrayList<>(lines);
    downwards.sort(Comparator.comparingDouble(line -> line.last().getY()));
    double[] y = downwards.stream().mapToDouble(line -> line.last().getY()).toArray();
    for (int i = 1; i < y.length; i++) {
      y[i] = Math.max(y[i], y[i - 1] + NAME_HEIGHT);
    }
    double floor = BOTTOM;
    for (int i = y.length - 1; i >= 0; i--) { // back up, what was pushed over the bottom
      y[i] = Math.min(y[i], floor);
      floor = y[i] - NAME_HEIGHT;
    }
    for (int i = 0; i < y.length; i++) {
      Line line = downwards.get(i);
      boolean ours = line.series.isOurs();
      graphics.setPaint(line.color);
      graphics.setStroke(
          new BasicStroke(
              0.8f, BasicStroke.CAP_BUTT, BasicStroke.JOIN_BEVEL, 1, new float[] {2, 3}, 0));
      Path2D link = new Path2D.Double();
      link.moveTo(line.last().getX(), line.last().getY());
      link.lineTo(RIGHT + 6, line.last().getY());
      link.lineTo(NAMES - 6, y[i]);
      graphics.draw(link);
      graphics.setFont(Charts.font(ours ? Font.BOLD : Font.PLAIN, 12));
      graphics.setPaint(ours ? line.color : line.color.darker());
      graphics.drawString(line.series.label(), NAMES, (float) (y[i] + 4));
    }
  }
}
