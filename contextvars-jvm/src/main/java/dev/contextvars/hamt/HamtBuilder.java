// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.hamt;

import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Builds a map of many entries at once: sorts them by their way down the trie, makes one of equal
 * keys, and then makes each node, once and at its final size.
 *
 * <p>There are no half-built nodes and no owner fields: nothing that could leak into a finished
 * map.
 */
final class HamtBuilder {
  /** From about this size on, sorting by digits is faster than by comparing: BulkBuild. */
  private static final int MANY = 256;

  private final @Nullable Object[] keys;
  private final @Nullable Object[] values;

  /**
   * An item per entry: the spread hash in the high half, in the low one the index in the arrays
   * above.
   *
   * <p>Sorted, all that belongs below one node stands together, and what has one hash stands in the
   * order it came in.
   */
  private long[] items;

  private int size;

  HamtBuilder(Map<?, ?> map) {
    Object[] entries = map.entrySet().toArray();
    size = entries.length;
    keys = new @Nullable Object[size];
    values = new @Nullable Object[size];
    items = new long[size];
    for (int i = 0; i < size; i++) {
      Map.Entry<?, ?> entry = (Map.Entry<?, ?>) entries[i];
      Object key = Objects.requireNonNull(entry.getKey(), "key");
      keys[i] = key;
      values[i] = entry.getValue();
      items[i] = item(Hamt.spread(key.hashCode()), i);
    }
  }

  <K, V extends @Nullable Object> Hamt<K, V> build() {
    if (size == 0) {
      return Hamt.empty();
    }
    sort();
    mergeEqualKeys();
    return node(0, size, 0);
  }

  // ---- sorting ----

  private void sort() {
    if (size < MANY) {
      // Among numbers the highest bit decides, on the way down a trie the lowest digit.
      reverseHashes();
      Arrays.sort(items);
      reverseHashes();
    } else {
      sortByDigits();
    }
  }

  private void reverseHashes() {
    for (int at = 0; at < size; at++) {
      items[at] = item(Integer.reverse(hash(at)), index(at));
    }
  }

  /**
   * Sorts by the first four digits and, if these leave anything open, by all.
   *
   * <p>Of items that agree in four digits there are seldom more than two, and two need no order.
   */
  private void sortByDigits() {
    sortByDigits(2 * Hamt.BITS);
    if (needMoreDigits(4 * Hamt.BITS)) {
      sortByDigits(6 * Hamt.BITS);
    }
  }

  /** Sorts by each pair of digits, the first pair last; items with the same stay in their order. */
  private void sortByDigits(int lastShift) {
    long[] spare = new long[size];
    for (int shift = lastShift; shift >= 0; shift -= 2 * Hamt.BITS) {
      int[] starts = startsOfPairs(shift);
      for (int at = 0; at < size; at++) {
        spare[starts[pair(hash(at), shift)]++] = items[at];
      }
      long[] sorted = spare;
      spare = items;
      items = sorted;
    }
  }

  /** Returns where the items of each pair of digits would start, and last of all the size. */
  private int[] startsOfPairs(int shift) {
    int[] starts = new int[(1 << (2 * Hamt.BITS)) + 1];
    for (int at = 0; at < size; at++) {
      starts[pair(hash(at), shift) + 1]++;
    }
    for (int pair = 1; pair < starts.length; pair++) {
      starts[pair] += starts[pair - 1];
    }
    return starts;
  }

  /** Returns two digits as one number, in which the first of them counts more. */
  private static int pair(int hash, int shift) {
    return (Hamt.digit(hash, shift) << Hamt.BITS) | Hamt.digit(hash >>> Hamt.BITS, shift);
  }

  /** Returns whether three items with different hashes agree in the first so many bits. */
  private boolean needMoreDigits(int bits) {
    int from = 0;
    boolean differ = false;
    for (int at = 1; at < size; at++) {
      int difference = hash(at) ^ hash(from);
      if (difference << (Integer.SIZE - bits) != 0) {
        from = at;
        differ = false;
      } else {
        differ |= difference != 0;
        if (differ && at - from > 1) {
          return true;
        }
      }
    }
    return false;
  }

  /** Of equal keys, as an identity map may hold, the first stays and the last value wins. */
  private void mergeEqualKeys() {
    int end = 0;
    int sameHashFrom = 0;
    for (int at = 0; at < size; at++) {
      if (end > 0 && hash(end - 1) != hash(at)) {
        sameHashFrom = end;
      }
      int found = indexOfKey(keys[index(at)], sameHashFrom, end);
      if (found < 0) {
        items[end++] = items[at];
      } else {
        values[index(found)] = values[index(at)];
      }
    }
    size = end;
  }

  private int indexOfKey(@Nullable Object key, int from, int to) {
    for (int at = from; at < to; at++) {
      if (Objects.equals(key, keys[index(at)])) {
        return at;
      }
    }
    return -1;
  }

  // ---- making nodes ----

  private <K, V extends @Nullable Object> Hamt<K, V> node(int from, int to, int shift) {
    if (shift >= Hamt.BUCKET_SHIFT) {
      return bucket(from, to);
    }
    int seen = 0;
    int nodeMap = 0;
    for (int at = from; at < to; at++) {
      int bit = Hamt.bit(hash(at), shift);
      nodeMap |= seen & bit;
      seen |= bit;
    }
    int dataMap = seen & ~nodeMap;
    @Nullable Object[] slots =
        new @Nullable Object[2 * Integer.bitCount(dataMap) + Integer.bitCount(nodeMap)];
    int at = from;
    while (at < to) {
      int bit = Hamt.bit(hash(at), shift);
      if ((dataMap & bit) != 0) {
        putEntry(slots, Hamt.entryIndex(dataMap, bit), at);
        at++;
      } else {
        int end = endOfDigit(at, to, shift);
        slots[Hamt.childIndex(nodeMap, bit, slots)] = node(at, end, shift + Hamt.BITS);
        at = end;
      }
    }
    return new Hamt<>(dataMap, nodeMap, to - from, slots);
  }

  private <K, V extends @Nullable Object> Hamt<K, V> bucket(int from, int to) {
    @Nullable Object[] slots = new @Nullable Object[2 * (to - from)];
    for (int at = from; at < to; at++) {
      putEntry(slots, 2 * (at - from), at);
    }
    return new Hamt<>(0, 0, to - from, slots);
  }

  private void putEntry(@Nullable Object[] slots, int slot, int at) {
    slots[slot] = keys[index(at)];
    slots[slot + 1] = values[index(at)];
  }

  /** Returns where the items end which have the same digit as the first. */
  private int endOfDigit(int from, int to, int shift) {
    int digit = Hamt.digit(hash(from), shift);
    int end = from + 1;
    while (end < to && Hamt.digit(hash(end), shift) == digit) {
      end++;
    }
    return end;
  }

  // ---- items ----

  private static long item(int hash, int index) {
    return (long) hash << Integer.SIZE | index;
  }

  private int hash(int at) {
    return (int) (items[at] >>> Integer.SIZE);
  }

  private int index(int at) {
    return (int) items[at];
  }
}
