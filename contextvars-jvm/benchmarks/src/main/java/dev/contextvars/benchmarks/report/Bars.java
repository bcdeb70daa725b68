// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.benchmarks.report;

import java.awt.Color;
import java.awt.Font;
import java.awt.Paint;
import java.util.Comparator;
import java.util.List;
import org.jfree.chart.ChartFactory;
import org.jfree.chart.JFreeChart;
import org.jfree.chart.axis.CategoryAxis;
import org.jfree.chart.axis.ValueAxis;
import org.jfree.chart.labels.ItemLabelAnchor;
import org.jfree.chart.labels.ItemLabelPosition;
import org.jfree.chart.labels.StandardCategoryItemLabelGenerator;
import org.jfree.chart.plot.CategoryPlot;
import org.jfree.chart.plot.PlotOrientation;
import org.jfree.chart.renderer.category.BarRenderer;
import org.jfree.chart.renderer.category.StandardBarPainter;
import org.jfree.chart.ui.TextAnchor;
import org.jfree.data.category.CategoryDataset;
import org.jfree.data.category.DefaultCategoryDataset;

/**
 * Lying bars: a row to each contender, the lowest figure first, with the figure at the bar's end.
 */
final class Bars {
  private Bars() {}

  static JFreeChart chart(
      Work work, List<Measurement> measurements, List<Charts.Series> series, List<String> sizes) {
    DefaultCategoryDataset data = new DefaultCategoryDataset();
    // By the first size, and so each contender's sizes in their order.
    List<Measurement> sorted =
        measurements.stream()
            .sorted(
                Comparator.<Measurement>comparingInt(m -> sizes.indexOf(work.size(m)))
                    .thenComparingDouble(Measurement::value))
            .toList();
    for (Measurement m : sorted) {
      series.stream()
          .filter(s -> s.contender().equals(m.contender()) && s.jdk() == m.jdk())
          .forEach(s -> data.addValue(m.value(), work.size(m), s.label()));
    }
    JFreeChart chart =
        ChartFactory.createBarChart(
            "", null, null, data, PlotOrientation.HORIZONTAL, false, false, false);
    CategoryPlot plot = chart.getCategoryPlot();
    plot.setRangeGridlinesVisible(false);
    CategoryAxis rows = plot.getDomainAxis();
    rows.setTickLabelFont(Charts.font(Font.PLAIN, 13));
    rows.setTickLabelPaint(Charts.INK);
    rows.setMaximumCategoryLabelWidthRatio(0.4f);
    rows.setAxisLineVisible(false);
    rows.setTickMarksVisible(false);
    rows.setCategoryMargin(0.25);
    ValueAxis values = plot.getRangeAxis();
    values.setVisible(false);
    values.setUpperMargin(room(work, sizes));
    List<String> ours =
        series.stream().filter(s -> Names.isOurs(s.contender())).map(Charts.Series::label).toList();
    Renderer renderer = new Renderer(data, ours);
    renderer.setDefaultItemLabelGenerator(new Label(work, sizes.size() > 1, measurements));
    plot.setRenderer(renderer);
    return chart;
  }

  /**
   * Returns what share of the longest bar its figure takes, and its size where there are several.
   */
  private static double room(Work work, List<String> sizes) {
    int letters = sizes.stream().mapToInt(size -> Names.size(work, size).length()).max().orElse(0);
    double pixels = 6.5 * (sizes.size() > 1 ? letters + 14 : 13);
    return pixels / (540 - pixels);
  }

  /** Ours strong, peers muted; each further size paler than the one before. */
  private static final class Renderer extends BarRenderer {
    private static final long serialVersionUID = 1;
    private static final Color PEER = new Color(0x94, 0xA3, 0xB8);

    private final transient CategoryDataset data;
    private final List<String> ours;

    Renderer(CategoryDataset data, List<String> ours) {
      this.data = data;
      this.ours = ours;
      setBarPainter(new StandardBarPainter());
      setShadowVisible(false);
      setDefaultItemLabelsVisible(true);
      setDefaultItemLabelFont(Charts.font(Font.PLAIN, 12));
      setDefaultItemLabelPaint(Charts.INK);
      setDefaultPositiveItemLabelPosition(
          new ItemLabelPosition(ItemLabelAnchor.OUTSIDE3, TextAnchor.CENTER_LEFT));
      setItemMargin(0.08);
      setMaximumBarWidth(0.5);
    }

    @Override
    public Paint getItemPaint(int row, int column) {
      Color color = ours.contains(data.getColumnKey(column).toString()) ? Charts.OURS : PEER;
      int alpha = Math.max(255 - 95 * row, 65);
      return new Color(color.getRed(), color.getGreen(), color.getBlue(), alpha);
    }
  }

  /** The figure, and the size where there are two. */
  private static final class Label extends StandardCategoryItemLabelGenerator {
    private static final long serialVersionUID = 1;

    private final transient Work work;
    private final boolean withSize;
    private final String unit;

    Label(Work work, boolean withSize, List<Measurement> measurements) {
      this.work = work;
      this.withSize = withSize;
      this.unit = measurements.get(0).unit();
    }

    @Override
    public String generateLabel(CategoryDataset data, int row, int column) {
      String figure = Numbers.withUnit(data.getValue(row, column).doubleValue(), unit);
      String size = Names.size(work, data.getRowKey(row).toString());
      return " " + (withSize ? figure + "   " + size : figure);
    }
  }
}
