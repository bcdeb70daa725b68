// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.benchmarks.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Something the library is to reach: a figure that is to be at most so much, or at least.
 *
 * @param work in words, as a heading
 * @param claim what is to hold, in words; with ◊ if no prototype reached it before
 * @param unit of the figure: × of a ratio, B of an allocation
 * @param atLeast whether more is better
 * @param cases the figure at each size; the worst one decides
 */
record Target(
    String work, String claim, String unit, boolean atLeast, Function<Results, List<Case>> cases) {

  /** The figure at one size, and what it is to be. */
  record Case(String at, double limit, Expression figure) {}

  /**
   * What became of it.
   *
   * @param worst the case furthest from its limit; null if none was measured
   * @param missing where it was not measured
   */
  record Verdict(Target target, Case worst, double reached, boolean met, List<String> missing) {

    String row() {
      String figures = "not measured | | |";
      if (worst != null) {
        String bound = (target.atLeast ? "≥ " : "≤ ") + target.figure(worst.limit);
        String gap = missing.isEmpty() ? "" : "; not measured: " + String.join(", ", missing);
        figures =
            String.join(
                " | ",
                target.figure(reached),
                bound,
                worst.at + gap,
                met ? "met |" : "**missed** |");
      }
      return "| " + target.work + " | " + target.claim + " | " + figures;
    }
  }

  /** A ratio that is to be at most so much at each of these sizes. */
  static Target ratio(
      String work, String claim, double limit, IntFunction<Expression> figure, int... sizes) {
    return new Target(work, claim, "×", false, r -> cases(sizes, limit, figure));
  }

  /** The same, at all sizes that were measured of a work and that the contract speaks of. */
  static Target ratio(
      String work,
      String claim,
      double limit,
      IntFunction<Expression> figure,
      String measured,
      IntPredicate sizes) {
    return new Target(
        work,
        claim,
        "×",
        false,
        results -> {
          int[] some =
              results.sizes(17, measured).stream().mapToInt(n -> n).filter(sizes).toArray();
          return cases(some, limit, figure);
        });
  }

  /** A ratio that is to be at least so much. */
  static Target faster(
      String work, String claim, double limit, IntFunction<Expression> figure, int... sizes) {
    return new Target(work, claim, "×", true, r -> cases(sizes, limit, figure));
  }

  /** Bytes that are to be at most so many. */
  static Target bytes(String work, String claim, Case... cases) {
    return new Target(work, claim, "B", false, r -> List.of(cases));
  }

  private static List<Case> cases(int[] sizes, double limit, IntFunction<Expression> figure) {
    return IntStream.of(sizes)
        .mapToObj(n -> new Case("n = " + Numbers.size("" + n), limit, figure.apply(n)))
        .toList();
  }

  Verdict judge(Results results) {
    List<Case> measured = new ArrayList<>();
    List<String> missing = new ArrayList<>();
    for (Case each : cases.apply(results)) {
      if (Double.isNaN(each.figure.in(results))) {
        missing.add(each.at);
      } else {
        measured.add(each);
      }
    }
    Comparator<Case> byExcess = Comparator.comparingDouble(each -> excess(each, results));
    Case worst = measured.stream().max(byExcess).orElse(null);
    if (worst == null) {
      return new Verdict(this, null, Double.NaN, false, missing);
    }
    return new Verdict(this, worst, worst.figure.in(results), excess(worst, results) <= 0, missing);
  }

  /** Returns how far a figure is on the wrong side of its limit. */
  private double excess(Case each, Results results) {
    double figure = each.figure.in(results);
    if (unit.equals("B")) {
      // What set-up and JMH's own threads allocate, shared among all operations; no object is so
      // small.
      return figure - each.limit - 0.5;
    }
    double excess = figure / each.limit - 1;
    return atLeast ? -excess : excess;
  }

  private String figure(double value) {
    return unit.equals("B") ? Numbers.withUnit(value, "B") : ratioText(value) + " ×";
  }

  private static String ratioText(double value) {
    return value < 10 ? String.format(Locale.ROOT, "%.2f", value) : Numbers.text(value);
  }

  static String table(List<Target> targets, Results results) {
    return targets.stream()
        .map(target -> target.judge(results).row())
        .collect(
            Collectors.joining(
                "\n",
                "| work | figure | reached | target | worst at | |\n"
                    + "| --- | --- | ---: | ---: | --- | --- |\n",
                "\n"));
  }
}
