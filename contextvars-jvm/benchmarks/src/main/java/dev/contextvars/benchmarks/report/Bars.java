// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.benchmarks.report;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.geom.Line2D;
import java.awt.geom.Rectangle2D;
import java.util.Comparator;
import java.util.List;

/**
 * Lying bars: a row to each contender, the lowest figure first, with the figure at the bar's end.
 *
 * <p>A bar that is many times as long as ours is cut, or ours would not be seen.
 */
final class Bars implements Charts.Drawing {
  private static final Color PEER = new Color(0x94, 0xA3, 0xB8);

  /** Bars of so many times our longest are cut. */
  private static final double CUT = 6;

  private static final int BAR = 16;
  private static final int GAP = 8;

  private final Work work;
  private final List<String> sizes;
  private final List<Row> rows;
  private final double end;

  Bars(Work work, List<Measurement> measurements, List<Charts.Series> series) {
    this.work = work;
    this.sizes = work.sizes(measurements);
    this.rows =
        series.stream()
            .map(each -> new Row(each, bars(each, measurements)))
            // By the first size, and so each contender's sizes in their order.
            .sorted(
                Comparator.comparingInt((Row row) -> sizes.indexOf(work.size(row.bars.get(0))))
                    .thenComparingDouble(row -> row.bars.get(0).value()))
            .toList();
    this.end = end(rows);
  }

  private record Row(Charts.Series series, List<Measurement> bars) {}

  private List<Measurement> bars(Charts.Series series, List<Measurement> measurements) {
    return measurements.stream()
        .filter(series::has)
        .sorted(Comparator.comparingInt(m -> sizes.indexOf(work.size(m))))
        .toList();
  }

  /** Returns the highest figure whose bar is whole. */
  private static double end(List<Row> rows) {
    double ours =
        rows.stream()
            .filter(row -> row.series.isOurs())
            .flatMap(row -> row.bars.stream())
            .mapToDouble(Measurement::value)
            .max()
            .orElse(0);
    double cut = ours > 0 ? CUT * ours : Double.POSITIVE_INFINITY;
    return rows.stream()
        .flatMap(row -> row.bars.stream())
        .mapToDouble(Measurement::value)
        .filter(value -> value <= cut)
        .max()
        .orElse(0);
  }

  @Override
  public int height() {
    int bars = rows.stream().mapToInt(row -> row.bars.size()).sum();
    return Charts.TOP + bars * BAR + rows.size() * GAP + Charts.MARGIN - GAP;
  }

  @Override
  public void draw(Graphics2D graphics) {
    Font names = Charts.font(Font.PLAIN, 13);
    Font ours = Charts.font(Font.BOLD, 13);
    int left = Charts.MARGIN + 16;
    int widest = 0;
    for (Row row : rows) {
      Font font = row.series.isOurs() ? ours : names;
      widest = Math.max(widest, graphics.getFontMetrics(font).stringWidth(row.series.label()));
    }
    left += widest;
    double y = Charts.TOP;
    for (Row row : rows) {
      graphics.setFont(row.series.isOurs() ? ours : names);
      graphics.setPaint(row.series.isOurs() ? Charts.OURS : Charts.INK);
      graphics.drawString(
          row.series.label(), Charts.MARGIN, (float) (y + row.bars.size() * BAR / 2.0 + 4.5));
      for (Measurement bar : row.bars) {
        draw(graphics, row.series, bar, left, y);
        y += BAR;
      }
      y += GAP;
    }
  }

  private void draw(
      Graphics2D graphics, Charts.Series series, Measurement bar, double left, double y) {
    String size = sizes.size() > 1 ? Names.size(work, work.size(bar)) : "";
    double room = Charts.WIDTH - Charts.MARGIN - left - 80 - widestSize(graphics);
    boolean cut = bar.value() > end;
    // A cut bar ends beyond the longest whole one.
    double width = cut ? room : end > 0 ? bar.value() / end * room * (isAnyCut() ? 0.8 : 1) : 0;
    double height = sizes.size() > 1 ? BAR - 1 : BAR;
    graphics.setPaint(paler(series.isOurs() ? Charts.OURS : PEER, sizes.indexOf(work.size(bar))));
    graphics.fill(new Rectangle2D.Double(left, y, Math.max(width, 1), height));
    if (cut) {
      graphics.setPaint(Color.WHITE);
      graphics.setStroke(new BasicStroke(3));
      double at = left + room * 0.9;
      for (double x : new double[] {at, at + 8}) {
        graphics.draw(new Line2D.Double(x - 3, y + height + 1, x + 3, y - 1));
      }
    }
    graphics.setFont(Charts.font(series.isOurs() ? Font.BOLD : Font.PLAIN, 12));
    graphics.setPaint(Charts.INK);
    float base = (float) (y + height / 2 + 4.5);
    float x = (float) (left + Math.max(width, 1) + 6);
    graphics.drawString(Numbers.withUnit(bar.value(), bar.unit()), x, base);
    if (!size.isEmpty()) {
      graphics.setFont(Charts.font(Font.PLAIN, 12));
      graphics.setPaint(PEER.darker());
      graphics.drawString(size, x + 70, base);
    }
  }

  private double widestSize(Graphics2D graphics) {
    return sizes.stream()
        .map(size -> sizes.size() > 1 ? Names.size(work, size) : "")
        .mapToInt(graphics.getFontMetrics(Charts.font(Font.PLAIN, 12))::stringWidth)
        .max()
        .orElse(0);
  }

  private boolean isAnyCut() {
    return rows.stream().flatMap(row -> row.bars.stream()).anyMatch(bar -> bar.value() > end);
  }

  /** Ours strong, peers muted; each further size paler than the one before. */
  private static Color paler(Color color, int size) {
    double share = Math.max(1 - 0.35 * size, 0.3);
    return new Color(
        mixed(color.getRed(), share),
        mixed(color.getGreen(), share),
        mixed(color.getBlue(), share));
  }

  private static int mixed(int component, double share) {
    return (int) Math.round(255 - (255 - component) * share);
  }
}
