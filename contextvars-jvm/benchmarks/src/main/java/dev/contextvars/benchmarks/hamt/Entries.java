// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.benchmarks.hamt;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.infra.BenchmarkParams;

/**
 * Maps of one library, of n entries each, with random hashes, and their keys.
 *
 * <p>Of small maps there are several, used in turn: in which slots a few keys meet is luck, and
 * another one for each library, as they do not mix the bits of a hash alike.
 */
@State(Scope.Thread)
public abstract class Entries {
  private static final long SEED = 567;

  /** How many entries all the maps have together at most, beyond the first map. */
  private static final int MANY = 128;

  private static final int MAPS = 8;

  /** Maps that were changed on one path and back. */
  static final int TWINS = 16;

  /** Key i is in map i &amp; mask; absent key i in none. */
  public Key[] present;

  public Key[] absent;
  public int mask;

  /** A value that no key has. */
  public final Object other = new Object();

  /** The entries of the first map. */
  public Map<Key, Object> source;

  private int at;

  /** Makes maps of as many entries as the benchmark's parameter {@code n} says. */
  @Setup
  public final void fill(BenchmarkParams params) {
    fill(Integer.parseInt(params.getParam("n")));
  }

  /** Makes maps of n entries, from key i to the Integer i. */
  public final void fill(int n) {
    int maps = Math.max(1, Math.min(MAPS, Integer.highestOneBit(MANY / n)));
    mask = maps - 1;
    present = new Key[maps * n];
    absent = new Key[maps * n];
    at = present.length - 1;
    source = new HashMap<>();
    Random random = new Random(SEED);
    prepare(maps);
    for (int i = 0; i < present.length; i++) {
      present[i] = new Key(random.nextInt());
      absent[i] = new Key(random.nextInt());
      put(i & mask, present[i], i);
      if ((i & mask) == 0) {
        source.put(present[i], i);
      }
    }
    for (int i = 0; i < TWINS; i++) {
      int key = next();
      makeTwin(i, key & mask, present[key], key);
    }
    at = present.length - 1;
  }

  /** Makes this many empty maps. */
  abstract void prepare(int maps);

  abstract void put(int map, Key key, Object value);

  /** Gives the map another value for the key and then its own back, and keeps what comes of it. */
  abstract void makeTwin(int twin, int map, Key key, Object value);

  /** Returns the index of each key in turn. */
  public final int next() {
    int next = at + 1;
    if (next == present.length) {
      next = 0;
    }
    at = next;
    return next;
  }

  /** Returns the index of each twin in turn, which is one of the map that is next. */
  public final int nextTwin() {
    at = (at + 1) % TWINS;
    return at;
  }
}
