// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.benchmarks.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Groups, works and contenders, in words, and the order in which to show them. */
final class Names {
  static final String OURS = "contextvars";

  static final List<String> GROUPS =
      List.of(
          "read",
          "write",
          "run",
          "hamt",
          "memory",
          "virtual",
          "scale",
          "coroutines",
          "million",
          "ktor");

  private static final List<String> WORKS =
      List.of(
          "ReadRepeated",
          "ReadRotating",
          "ReadAbsent",
          "ReadPolluted",
          "SetWithToken",
          "SetReset",
          "Copy",
          "RunNoop",
          "Hop",
          "RunWatched",
          "Get",
          "Replace",
          "Insert",
          "Remove",
          "Iterate",
          "ForEach",
          "BulkBuild",
          "EqualsSharing",
          "Yield",
          "WithContextName",
          "WithContextIO",
          "Launch");

  private static final Map<String, String> TITLES =
      Map.ofEntries(
          Map.entry("ReadRepeated", "Read one variable again and again"),
          Map.entry("ReadRotating", "Read all bound variables in turn"),
          Map.entry("ReadAbsent", "Read a variable that is not bound"),
          Map.entry("ReadPolluted", "Read where contexts and keys are of many shapes"),
          Map.entry("SetReset", "Set and reset"),
          Map.entry("SetWithToken", "Set"),
          Map.entry("Copy", "Copy or capture the context"),
          Map.entry("RunNoop", "Run an empty body in a captured context"),
          Map.entry("RunWatched", "The same with and without a watcher"),
          Map.entry("Hop", "Capture, set elsewhere, restore"),
          Map.entry("Get", "Look up"),
          Map.entry("Insert", "Put a new key"),
          Map.entry("Replace", "Put another value"),
          Map.entry("ForEach", "forEach"),
          Map.entry("BulkBuild", "Build a whole map"),
          Map.entry("EqualsSharing", "Compare two maps that share most of their nodes"),
          Map.entry("Footprint", "An entry of a map, beyond its key and value"),
          Map.entry("BoundVariable", "A bound variable of a context"),
          Map.entry("ContextCopy", "A copy or capture of a context"),
          Map.entry("random", "keys of random hashes"),
          Map.entry("consecutive", "keys of hashes given out in turn, as variables have them"),
          Map.entry("ScaleGet", "Read, on one thread and on two at once"),
          Map.entry("ScaleSetReset", "Set and reset, on one thread and on two at once"),
          Map.entry("ScaleRun", "Run an empty body, on one thread and on two at once"),
          Map.entry("ReadOnVirtual", "Read on a virtual thread what its creator has set"),
          Map.entry("StartAndJoin", "Start a virtual thread and await its end"),
          Map.entry("Yield", "yield(): one dispatch"),
          Map.entry("WithContextIO", "withContext(Dispatchers.IO)"),
          Map.entry("WithContextName", "withContext(CoroutineName)"),
          Map.entry("Launch", "launch a child and join it"),
          Map.entry("requestsPerSecond", "requests per second"),
          Map.entry("p50", "median of the response time"),
          Map.entry("p99", "99th percentile of the response time"),
          Map.entry("cpuPerRequest", "CPU time of a request"),
          Map.entry("Million", "What each holds"),
          Map.entry("KtorLoad", "The same load"));

  private static final List<String> CONTENDERS =
      List.of(
          "contextvars",
          "contextvarsLeased",
          "contextvars1000",
          "contextvarsSet",
          "noWatcher",
          "watcherRemoved",
          "oneWatcher",
          "none",
          "holder",
          "threadLocal",
          "fastThreadLocal",
          "threadLocal1",
          "threadLocal2",
          "threadLocal10",
          "copyable1",
          "scopedValue",
          "grpc",
          "openTelemetry",
          "micrometer",
          "transmittable",
          "mdc",
          "cpython",
          "kotlinx",
          "capsule",
          "scala",
          "clojure",
          "vavr",
          "bifurcan",
          "javaUtil");

  private static final Map<String, String> LABELS =
      Map.ofEntries(
          Map.entry("contextvars1000", "contextvars, 1,000 variables"),
          Map.entry("contextvarsLeased", "contextvars, in a Context that others reach"),
          Map.entry("contextvarsSet", "contextvars, each sets one itself"),
          Map.entry("none", "nothing"),
          Map.entry("holder", "field of a thread-local holder"),
          Map.entry("threadLocal", "ThreadLocal"),
          Map.entry("threadLocal1", "1 ThreadLocal element"),
          Map.entry("threadLocal2", "2 ThreadLocal elements"),
          Map.entry("threadLocal10", "10 ThreadLocal elements"),
          Map.entry("copyable1", "1 copyable element"),
          Map.entry("scopedValue", "ScopedValue"),
          Map.entry("grpc", "gRPC Context"),
          Map.entry("openTelemetry", "OpenTelemetry Context"),
          Map.entry("micrometer", "Micrometer context-propagation"),
          Map.entry("transmittable", "TransmittableThreadLocal"),
          Map.entry("fastThreadLocal", "Netty FastThreadLocal"),
          Map.entry("mdc", "MDCContext"),
          Map.entry("cpython", "CPython"),
          Map.entry("kotlinx", "kotlinx.collections.immutable"),
          Map.entry("capsule", "Capsule"),
          Map.entry("scala", "Scala HashMap"),
          Map.entry("clojure", "Clojure PersistentHashMap"),
          Map.entry("vavr", "Vavr HashMap"),
          Map.entry("bifurcan", "Bifurcan Map"),
          Map.entry("javaUtil", "java.util.HashMap"));

  private static final Set<String> OUR_OWN =
      Set.of(
          OURS,
          "contextvarsLeased",
          "contextvars1000",
          "contextvarsSet",
          "noWatcher",
          "watcherRemoved",
          "oneWatcher");

  private Names() {}

  static boolean isOurs(String contender) {
    return OUR_OWN.contains(contender);
  }

  static String contender(String contender) {
    String words = contender.startsWith(OURS) ? contender : words(contender);
    return LABELS.getOrDefault(contender, words);
  }

  static String title(Work work) {
    List<String> parts = new ArrayList<>();
    parts.add(TITLES.getOrDefault(work.name(), capital(words(work.name()))));
    work.settings()
        .forEach(
            (name, v) ->
                parts.add(name.equals("n") ? "n = " + v : TITLES.getOrDefault(v, words(v))));
    return String.join(": ", parts);
  }

  /** Returns "n = 10" or "2 threads"; nothing of what has but one size. */
  static String size(Work work, String size) {
    String figure = Numbers.size(size);
    return switch (work.axis()) {
      case "" -> "";
      case "n" -> "n = " + figure;
      case "threads" -> figure + (size.equals("1") ? " thread" : " threads");
      default -> figure + " " + work.axis();
    };
  }

  /** Returns the contenders, ours first, then in a fixed order. */
  static List<String> contenders(List<Measurement> measurements) {
    return measurements.stream()
        .map(Measurement::contender)
        .distinct()
        .sorted(Comparator.comparingInt(Names::rank).thenComparing(name -> name))
        .toList();
  }

  /** Returns something that sorts works: the named ones in their order, then others. */
  static String order(String work) {
    int at = WORKS.indexOf(work);
    return String.format(Locale.ROOT, "%02d", at < 0 ? WORKS.size() : at);
  }

  private static int rank(String contender) {
    int at = CONTENDERS.indexOf(contender);
    return at < 0 ? CONTENDERS.size() : at;
  }

  private static String words(String name) {
    return name.replaceAll("(?<=[a-z])(?=[A-Z0-9])", " ").toLowerCase(Locale.ROOT);
  }

  private static String capital(String words) {
    return words.substring(0, 1).toUpperCase(Locale.ROOT) + words.substring(1);
  }
}
