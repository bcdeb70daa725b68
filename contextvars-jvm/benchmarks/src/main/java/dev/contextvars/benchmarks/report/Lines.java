// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.benchmarks.report;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.geom.Ellipse2D;
import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.jfree.chart.ChartFactory;
import org.jfree.chart.JFreeChart;
import org.jfree.chart.annotations.XYTextAnnotation;
import org.jfree.chart.axis.LogAxis;
import org.jfree.chart.axis.NumberTickUnit;
import org.jfree.chart.axis.SymbolAxis;
import org.jfree.chart.plot.DatasetRenderingOrder;
import org.jfree.chart.plot.PlotOrientation;
import org.jfree.chart.plot.SeriesRenderingOrder;
import org.jfree.chart.plot.XYPlot;
import org.jfree.chart.renderer.xy.XYLineAndShapeRenderer;
import org.jfree.chart.ui.TextAnchor;
import org.jfree.data.xy.XYSeries;
import org.jfree.data.xy.XYSeriesCollection;

/** A line to each contender by size, both scales logarithmic, with its name at the line's end. */
final class Lines {
  private static final Color[] PEERS = {
    new Color(0x5B, 0x7D, 0xB1), new Color(0x7A, 0x9E, 0x7E), new Color(0x9B, 0x86, 0xB8),
    new Color(0xB0, 0x9A, 0x62), new Color(0x6F, 0xA8, 0xAD), new Color(0xB0, 0x80, 0x90),
    new Color(0x80, 0x88, 0x94), new Color(0x9A, 0x8C, 0x80)
  };
  private static final double PLOT_HEIGHT = 360;
  private static final double LINE_HEIGHT = 16;

  private Lines() {}

  static JFreeChart chart(
      Work work, List<Measurement> measurements, List<Charts.Series> series, List<String> sizes) {
    XYSeriesCollection data = new XYSeriesCollection();
    for (Charts.Series each : series) {
      XYSeries line = new XYSeries(each.label());
      measurements.stream()
          .filter(m -> m.contender().equals(each.contender()) && m.jdk() == each.jdk())
          .filter(m -> m.value() > 0) // or it has no place on the scale
          .forEach(m -> line.add(sizes.indexOf(work.size(m)), m.value()));
      data.addSeries(line);
    }
    JFreeChart chart =
        ChartFactory.createXYLineChart(
            "", null, null, data, PlotOrientation.VERTICAL, false, false, false);
    XYPlot plot = chart.getXYPlot();
    plot.setDomainGridlinesVisible(false);
    plot.setRangeGridlinePaint(Charts.PALE);
    plot.setRangeGridlineStroke(new BasicStroke(1));
    plot.setDatasetRenderingOrder(DatasetRenderingOrder.FORWARD);
    plot.setSeriesRenderingOrder(SeriesRenderingOrder.REVERSE); // ours, the first, on top
    plot.setDomainAxis(sizeAxis(work, sizes));
    LogAxis values = valueAxis(data);
    plot.setRangeAxis(values);
    XYLineAndShapeRenderer renderer = new XYLineAndShapeRenderer();
    plot.setRenderer(renderer);
    int peer = 0;
    List<End> ends = new ArrayList<>();
    for (int i = 0; i < series.size(); i++) {
      boolean ours = Names.isOurs(series.get(i).contender());
      Color color = ours ? Charts.OURS : PEERS[peer++ % PEERS.length];
      renderer.setSeriesPaint(i, color);
      renderer.setSeriesStroke(
          i, new BasicStroke(ours ? 3.2f : 1.8f, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
      double radius = ours ? 4 : 2.8;
      renderer.setSeriesShape(i, new Ellipse2D.Double(-radius, -radius, 2 * radius, 2 * radius));
      if (data.getItemCount(i) > 0) {
        ends.add(new End(series.get(i).label(), color, ours, lastY(data, i)));
      }
    }
    label(plot, ends, sizes.size() - 0.93, values);
    return chart;
  }

  private static SymbolAxis sizeAxis(Work work, List<String> sizes) {
    String[] names = sizes.stream().map(size -> Names.size(work, size)).toArray(String[]::new);
    SymbolAxis axis = new SymbolAxis(null, names);
    // To the right of the last size the names of the lines.
    axis.setRange(-0.15, (sizes.size() - 1) * 1.45 + 0.05);
    axis.setGridBandsVisible(false);
    axis.setAxisLineVisible(false);
    axis.setTickMarksVisible(false);
    axis.setTickLabelFont(Charts.font(Font.PLAIN, 12));
    axis.setTickLabelPaint(Charts.INK);
    return axis;
  }

  private static LogAxis valueAxis(XYSeriesCollection data) {
    LogAxis axis = new LogAxis(null);
    double low = data.getRangeLowerBound(false);
    double high = data.getRangeUpperBound(false);
    axis.setBase(2);
    axis.setRange(low / 1.25, high * 1.25);
    double doublings = Math.log(high / low) / Math.log(2);
    axis.setTickUnit(new NumberTickUnit(doublings > 9 ? Math.ceil(doublings / 8) : 1));
    axis.setMinorTickMarksVisible(false);
    axis.setNumberFormatOverride(
        new DecimalFormat("#,##0.##", DecimalFormatSymbols.getInstance(Locale.ROOT)));
    axis.setAxisLineVisible(false);
    axis.setTickMarksVisible(false);
    axis.setTickLabelFont(Charts.font(Font.PLAIN, 12));
    axis.setTickLabelPaint(Charts.INK);
    return axis;
  }

  private static double lastY(XYSeriesCollection data, int series) {
    return data.getYValue(series, data.getItemCount(series) - 1);
  }

  /**
   * Writes names beside the ends, moved apart where lines end closer than a line of text is high.
   */
  private static void label(XYPlot plot, List<End> ends, double x, LogAxis axis) {
    ends.sort(Comparator.comparingDouble(End::y));
    double low = Math.log(axis.getLowerBound());
    double pixel = (Math.log(axis.getUpperBound()) - low) / PLOT_HEIGHT;
    double[] y = ends.stream().mapToDouble(end -> (Math.log(end.y) - low) / pixel).toArray();
    for (int i = 1; i < y.length; i++) {
      y[i] = Math.max(y[i], y[i - 1] + LINE_HEIGHT);
    }
    double ceiling = PLOT_HEIGHT - LINE_HEIGHT / 2;
    for (int i = y.length - 1; i >= 0; i--) { // back down, what was pushed over the top
      y[i] = Math.min(y[i], ceiling);
      ceiling = y[i] - LINE_HEIGHT;
    }
    for (int i = 0; i < y.length; i++) {
      End end = ends.get(i);
      XYTextAnnotation name = new XYTextAnnotation(end.label, x, Math.exp(low + y[i] * pixel));
      name.setFont(Charts.font(end.ours ? Font.BOLD : Font.PLAIN, 12));
      name.setPaint(end.ours ? end.color : end.color.darker());
      name.setTextAnchor(TextAnchor.CENTER_LEFT);
      plot.addAnnotation(name);
    }
  }

  private record End(String label, Color color, boolean ours, double y) {}
}
