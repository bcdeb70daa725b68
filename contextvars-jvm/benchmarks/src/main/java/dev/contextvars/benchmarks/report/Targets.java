// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.benchmarks.report;

import static dev.contextvars.benchmarks.report.Expression.best;
import static dev.contextvars.benchmarks.report.Expression.bytes;
import static dev.contextvars.benchmarks.report.Expression.value;
import static dev.contextvars.benchmarks.report.Target.faster;
import static dev.contextvars.benchmarks.report.Target.ratio;

import dev.contextvars.benchmarks.report.Target.Case;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BinaryOperator;
import java.util.function.IntPredicate;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The targets of the contract (spec/performance.md, "Targets"), as what is computed of the results.
 *
 * <p>Where the contract says "as" or "flat" without a figure, a tenth is allowed: two runs of one
 * benchmark differ by 2 to 5 %, and each of the two sides does.
 */
final class Targets {
  private static final String OURS = Names.OURS;
  private static final String LEASED = "contextvarsLeased";
  private static final String GRPC = "grpc";
  private static final String OTEL = "openTelemetry";
  private static final double AS = 1.1;

  /** Those which, like us, have all values in one context that is handed on. */
  private static final List<String> CONTEXTS = List.of(GRPC, OTEL);

  private static final List<String> MAPS =
      List.of("capsule", "kotlinx", "scala", "clojure", "vavr", "bifurcan");

  private static final IntPredicate ANY = n -> true;

  private Targets() {}

  static List<Target> all() {
    return Stream.of(reads(), writes(), runs(), coroutines(), hamt(), memory(), million(), python())
        .flatMap(List::stream)
        .toList();
  }

  private static List<Target> reads() {
    String repeated = "read.ReadRepeated";
    String rotating = "read.ReadRotating";
    String absent = "read.ReadAbsent";
    String polluted = "read.ReadPolluted";
    int[] all = {1, 10, 32, 100, 1000};
    return List.of(
        ratio("get, repeated", "to the holder's field", 1.75, n -> overHolder(repeated, n), all),
        ratio("", "the same, stretched ◊", 1.5, n -> overHolder(repeated, n), all),
        ratio(
            "",
            "flat to 32: to 1 bound",
            AS,
            n -> value(repeated, OURS, n).over(value(repeated, OURS, 1)),
            10,
            32),
        ratio("", "ahead of gRPC and OpenTelemetry", 1, n -> overBest(repeated, CONTEXTS, n), 10),
        ratio("", "twice as fast as OpenTelemetry", 0.5, n -> over(repeated, OTEL, n), 32),
        ratio("", "near gRPC and OpenTelemetry", 1.25, n -> overBest(repeated, CONTEXTS, n), 1),
        ratio("get, rotating", "to gRPC", 1, n -> over(rotating, GRPC, n), 10, 32, 100, 1000),
        ratio("get, absent", "to gRPC", 1, n -> over(absent, GRPC, n), 10, 100),
        ratio(
            "",
            "as a hit",
            AS,
            n -> value(absent, OURS, n).over(value(repeated, OURS, n)),
            1,
            10,
            100),
        ratio(
            "get, polluted",
            "to the best peer",
            0.75,
            n -> overBest(polluted, CONTEXTS, n),
            10,
            100));
  }

  private static List<Target> writes() {
    String setReset = "write.SetReset";
    String copy = "write.Copy";
    Expression reset = bytes(setReset, OURS, 10).less(bytes("write.SetWithToken", OURS, 10));
    return List.of(
        Target.bytes("set + reset", "the reset, beyond the set", new Case("n = 10", 0, reset)),
        Target.bytes(
            "",
            "both",
            new Case("n = 1", 88, bytes(setReset, OURS, 1)),
            new Case("n = 4", 112, bytes(setReset, OURS, 4)),
            new Case("n = 10", 160, bytes(setReset, OURS, 10)),
            new Case("n = 30", 320, bytes(setReset, OURS, 30))),
        ratio("", "to gRPC", 0.7, n -> over(setReset, GRPC, n), 10),
        ratio("", "to OpenTelemetry", 1.15, n -> over(setReset, OTEL, n), 10),
        ratio("", "to the better of both ◊", 0.9, n -> overBest(setReset, CONTEXTS, n), 30),
        Target.bytes("copy", "one object", new Case("n = 10", 32, bytes(copy, OURS, 10))),
        ratio("", "to an immutable capture ◊", 4, n -> overBest(copy, CONTEXTS, n), 10));
  }

  private static List<Target> runs() {
    String run = "run.RunNoop";
    String hop = "run.Hop";
    String watched = "run.RunWatched";
    return List.of(
        ratio("run an empty body", "to the holder's swap", 1.4, n -> overHolder(run, n), 10),
        Target.bytes("", "no allocation", new Case("n = 10", 0, bytes(run, OURS, 10))),
        ratio("", "ahead of OpenTelemetry and gRPC", 1, n -> overBest(run, CONTEXTS, n), 10),
        ratio(
            "",
            "ahead of ScopedValue, on JDK 25",
            1,
            n -> value(25, run, OURS, n).over(value(25, run, "scopedValue", n)),
            10),
        one(
            "",
            "with a watcher removed, to without",
            AS,
            value(watched, "watcherRemoved", 1).over(value(watched, "noWatcher", 1))),
        faster(
            "hop, 10 values", "faster than Micrometer", 15, n -> times(hop, "micrometer", n), 10),
        faster(
            "",
            "faster than TransmittableThreadLocal",
            50,
            n -> times(hop, "transmittable", n),
            10));
  }

  private static List<Target> coroutines() {
    String yield = "coroutines.Yield";
    Expression bare = value(yield, "none", 1);
    Expression ours = value(yield, OURS, 1).less(bare);
    Expression one = value(yield, "threadLocal1", 1).less(bare);
    Expression allocated = bytes(yield, OURS, 1).less(bytes(yield, "none", 1));
    Expression allocatedLeased = bytes(yield, LEASED, 1).less(bytes(yield, "none", 1));
    Expression thousand = value(yield, "contextvars1000", 1).over(value(yield, OURS, 1));
    Expression launch =
        value("coroutines.Launch", OURS, 1).over(value("coroutines.Launch", "threadLocal1", 1));
    return List.of(
        one("coroutine dispatch", "beyond the bare one: to one ThreadLocal's", 1, ours.over(one)),
        Target.bytes(
            "",
            "beyond the bare one",
            new Case("a copy", 0, allocated),
            new Case("a Context that others reach", 0, allocatedLeased)),
        one("", "1,000 variables as one", AS, thousand),
        one("launch a child", "to one ThreadLocal element", 1.3, launch));
  }

  private static List<Target> hamt() {
    IntPredicate fourUp = n -> n >= 4;
    IntPredicate thousandUp = n -> n >= 1000;
    return List.of(
        map("get", "hamt.Get", 1.0, fourUp),
        map("replace", "hamt.Replace", 0.95, ANY),
        map("put a new key", "hamt.Insert", 0.9, ANY),
        map("remove", "hamt.Remove", 1.0, fourUp),
        map("iterate", "hamt.Iterate", 1.0, ANY),
        new Target(
            "",
            "forEach without allocation",
            "B",
            false,
            results ->
                results.sizes(17, "hamt.ForEach").stream()
                    .map(n -> new Case("n = " + n, 0, bytes("hamt.ForEach", OURS, n)))
                    .toList()),
        map("bulk build", "hamt.BulkBuild", 0.9, thousandUp),
        map("equals of maps that share", "hamt.EqualsSharing", 1.2, ANY));
  }

  private static List<Target> memory() {
    return List.of(
        new Target(
            "memory of a map",
            "an entry: at 1; at 4 to 10; beyond",
            "B",
            false,
            results -> footprints(results, Targets::bytesOfEntry, (ours, best) -> ours)),
        new Target(
            "",
            "to the best",
            "×",
            false,
            results -> footprints(results, n -> 1, Expression::over)));
  }

  private static double bytesOfEntry(int n) {
    return n == 1 ? 56 : n <= 10 ? 22 : 24.5;
  }

  /** Cases of all sizes, each with keys of random hashes and of hashes given out in turn. */
  private static List<Case> footprints(
      Results results, IntToDoubleFunction limit, BinaryOperator<Expression> ofOursAndBest) {
    List<Case> cases = new ArrayList<>();
    for (int n : results.sizes(17, "memory.Footprint")) {
      for (String hashes : List.of("random", "consecutive")) {
        Expression best =
            r ->
                MAPS.stream()
                    .mapToDouble(map -> footprint(r, map, n, hashes))
                    .filter(bytes -> bytes > 0)
                    .min()
                    .orElse(Double.NaN);
        Expression ours = r -> footprint(r, OURS, n, hashes);
        String at = "n = " + Numbers.size("" + n) + ", " + hashes + " hashes";
        cases.add(new Case(at, limit.applyAsDouble(n), ofOursAndBest.apply(ours, best)));
      }
    }
    return cases;
  }

  private static double footprint(Results results, String contender, int n, String hashes) {
    Map<String, String> params = Map.of("n", "" + n, "hashes", hashes);
    return results.value(17, "memory.Footprint", contender, params);
  }

  private static List<Target> million() {
    return List.of(
        Target.bytes(
            "a million coroutines",
            "each, beyond no element ◊",
            new Case("1,000,000", 100, million(1_000_000))),
        one(
            "",
            "linear from 10,000: each, to each of 10,000",
            AS,
            million(1_000_000).over(million(10_000))));
  }

  private static Expression million(int coroutines) {
    Map<String, String> size = Map.of("coroutines", "" + coroutines);
    return results ->
        results.value(17, "million.Million", OURS, size)
            - results.value(17, "million.Million", "none", size);
  }

  private static List<Target> python() {
    return List.of(
        python("get", 3, "read.ReadRepeated", 1, 10, 100),
        python("set", 5, "write.SetWithToken", 1, 10, 100),
        python("set + reset", 5, "write.SetReset", 1, 4, 10, 30),
        python("copy", 4, "write.Copy", 10),
        python("run", 8, "run.RunNoop", 10));
  }

  private static Target python(String what, double limit, String work, int... sizes) {
    List<Case> cases =
        IntStream.of(sizes)
            .mapToObj(
                n ->
                    new Case(
                        "n = " + n, limit, value(work, "cpython", n).over(value(work, OURS, n))))
            .toList();
    return new Target("CPython: " + what, "faster", "×", true, r -> cases);
  }

  private static Target map(String claim, String work, double limit, IntPredicate sizes) {
    return ratio(
        work.equals("hamt.Get") ? "HAMT" : "",
        claim + ", to the best",
        limit,
        n -> overBest(work, MAPS, n),
        work,
        sizes);
  }

  private static Target one(String work, String claim, double limit, Expression figure) {
    return new Target(work, claim, "×", false, r -> List.of(new Case("", limit, figure)));
  }

  private static Expression over(String work, String peer, int n) {
    return value(work, OURS, n).over(value(work, peer, n));
  }

  private static Expression overHolder(String work, int n) {
    return over(work, "holder", n);
  }

  private static Expression overBest(String work, List<String> peers, int n) {
    return value(work, OURS, n).over(best(work, peers, n));
  }

  private static Expression times(String work, String peer, int n) {
    return value(work, peer, n).over(value(work, OURS, n));
  }
}
