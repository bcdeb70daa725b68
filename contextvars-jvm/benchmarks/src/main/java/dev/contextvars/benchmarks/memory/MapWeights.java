// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.benchmarks.memory;

import clojure.lang.PersistentHashMap;
import dev.contextvars.benchmarks.hamt.Key;
import dev.contextvars.hamt.Hamt;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import kotlinx.collections.immutable.ExtensionsKt;
import kotlinx.collections.immutable.PersistentMap;
import scala.collection.immutable.HashMap$;

/** Bytes an entry of a persistent map, beyond its key and its value. */
final class MapWeights {
  private static final int[] SIZES = {1, 4, 10, 32, 1000};

  /** Maps of few entries are weighed more often: a chance meeting of two keys counts for more. */
  private static final int MORE = 20;

  private MapWeights() {}

  /** Adds an entry to a map of one library. */
  private interface Put {
    Object put(Object map, Key key, Object value);
  }

  static void addTo(Results results, int atLeast) {
    add(results, atLeast, "contextvars", Hamt.empty(), MapWeights::putInOurs);
    add(results, atLeast, "kotlinx", ExtensionsKt.persistentHashMapOf(), MapWeights::putInKotlinx);
    add(
        results,
        atLeast,
        "clojure",
        PersistentHashMap.EMPTY,
        (map, key, value) -> ((PersistentHashMap) map).assoc(key, value));
    add(results, atLeast, "scala", HashMap$.MODULE$.empty(), MapWeights::putInScala);
    add(results, atLeast, "vavr", io.vavr.collection.HashMap.empty(), MapWeights::putInVavr);
    add(results, atLeast, "bifurcan", io.lacuna.bifurcan.Map.empty(), MapWeights::putInBifurcan);
  }

  @SuppressWarnings("unchecked") // all the maps here are from Key to Object, as below
  private static Object putInOurs(Object map, Key key, Object value) {
    return ((Hamt<Key, Object>) map).assoc(key, value);
  }

  @SuppressWarnings("unchecked")
  private static Object putInKotlinx(Object map, Key key, Object value) {
    return ((PersistentMap<Key, Object>) map).put(key, value);
  }

  @SuppressWarnings("unchecked")
  private static Object putInScala(Object map, Key key, Object value) {
    return ((scala.collection.immutable.HashMap<Key, Object>) map).updated(key, value);
  }

  @SuppressWarnings("unchecked")
  private static Object putInVavr(Object map, Key key, Object value) {
    return ((io.vavr.collection.HashMap<Key, Object>) map).put(key, value);
  }

  @SuppressWarnings("unchecked")
  private static Object putInBifurcan(Object map, Key key, Object value) {
    return ((io.lacuna.bifurcan.Map<Key, Object>) map).put(key, value);
  }

  private static void add(Results results, int atLeast, String contender, Object empty, Put put) {
    for (int n : SIZES) {
      results.add(
          "Footprint",
          contender,
          Map.of("n", n, "hashes", "random"),
          mean(n, false, atLeast, empty, put));
      // As our variables have them.
      results.add(
          "Footprint",
          contender,
          Map.of("n", n, "hashes", "consecutive"),
          mean(n, true, atLeast, empty, put));
    }
  }

  private static double mean(int n, boolean consecutive, int atLeast, Object empty, Put put) {
    int maps = atLeast * Math.max(1, MORE / n);
    long bytes = 0;
    for (int seed = 0; seed < maps; seed++) {
      Random random = new Random(seed);
      int first = random.nextInt();
      List<Object> given = new ArrayList<>();
      given.add(empty); // and with it what all maps of a library share
      Object map = empty;
      for (int i = 0; i < n; i++) {
        Key key = new Key(consecutive ? first + i : random.nextInt());
        Object value = new Object();
        given.add(key);
        given.add(value);
        map = put.put(map, key, value);
      }
      bytes += Weight.of(map, given);
    }
    return (double) bytes / maps / n;
  }
}
