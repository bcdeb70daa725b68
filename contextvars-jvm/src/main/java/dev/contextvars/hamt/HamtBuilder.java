// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.hamt;

import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Builds a map from many entries: sorts them by trie path, merges equal keys, and allocates each
 * node once at its final size.
 *
 * <p>No node is ever mutable, so no partly built node can leak into a finished map.
 */
final class HamtBuilder {
  /**
   * From about this size on, sorting by digits is faster than sorting by comparison (BulkBuild).
   */
  private static final int MANY = 256;

  private final @Nullable Object[] keys;
  private final @Nullable Object[] values;

  /**
   * One item per entry: the spread hash in the high half, the index in the arrays above in the low
   * half.
   *
   * <p>After sorting, the items of each subtree are adjacent, and items with the same hash keep
   * their original order.
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
      // Numbers are ordered by their highest bit first, trie paths by the lowest digit.
      reverseHashes();
      Arrays.sort(items);
      reverseHashes();
    } else {
      sortByDigits();
    }
  }

  private void reverseHashes() {
    for (int i = 0; i < size; i++) {
      items[i] = item(Integer.reverse(hash(i)), index(i));
    }
  }

  /**
   * Sorts by the first four digits, and by all digits if that does not suffice.
   *
   * <p>More than two items rarely agree in four digits, and two items need no order.
   */
  private void sortByDigits() {
    sortByDigits(2 * Hamt.BITS);
    if (needMoreDigits(4 * Hamt.BITS)) {
      sortByDigits(6 * Hamt.BITS);
    }
  }

  /** Sorts by each pair of digits, the first pair last; the sort is stable. */
  private void sortByDigits(int lastShift) {
    long[] spare = new long[size];
    for (int shift = lastShift; shift >= 0; shift -= 2 * Hamt.BITS) {
      int[] starts = startsOfPairs(shift);
      for (int i = 0; i < size; i++) {
        spare[starts[pair(hash(i), shift)]++] = items[i];
      }
      long[] sorted = spare;
      spare = items;
      items = sorted;
    }
  }

  /** Returns the index at which the items of each pair of digits start, followed by the size. */
  private int[] startsOfPairs(int shift) {
    int[] starts = new int[(1 << (2 * Hamt.BITS)) + 1];
    for (int i = 0; i < size; i++) {
      starts[pair(hash(i), shift) + 1]++;
    }
    for (int pair = 1; pair < starts.length; pair++) {
      starts[pair] += starts[pair - 1];
    }
    return starts;
  }

  /** Returns two digits as one number, with the first digit as the more significant one. */
  private static int pair(int hash, int shift) {
    return (Hamt.digit(hash, shift) << Hamt.BITS) | Hamt.digit(hash >>> Hamt.BITS, shift);
  }

  /**
   * Returns whether three or more items, not all with the same hash, agree in the given number of
   * bits.
   */
  private boolean needMoreDigits(int bits) {
    int from = 0;
    boolean differ = false;
    for (int i = 1; i < size; i++) {
      int difference = hash(i) ^ hash(from);
      if (difference << (Integer.SIZE - bits) != 0) {
        from = i;
        differ = false;
      } else {
        differ |= difference != 0;
        if (differ && i - from > 1) {
          return true;
        }
      }
    }
    return false;
  }

  /**
   * Merges equal keys, which an identity map may have: the first key and the last value are kept.
   */
  private void mergeEqualKeys() {
    int end = 0;
    int sameHashFrom = 0;
    for (int i = 0; i < size; i++) {
      if (end > 0 && hash(end - 1) != hash(i)) {
        sameHashFrom = end;
      }
      int found = indexOfKey(keys[index(i)], sameHashFrom, end);
      if (found < 0) {
        items[end++] = items[i];
      } else {
        values[index(found)] = values[index(i)];
      }
    }
    size = end;
  }

  private int indexOfKey(@Nullable Object key, int from, int to) {
    for (int i = from; i < to; i++) {
      if (Objects.equals(key, keys[index(i)])) {
        return i;
      }
    }
    return -1;
  }

  // ---- creating nodes ----

  private <K, V extends @Nullable Object> Hamt<K, V> node(int from, int to, int shift) {
    if (shift >= Hamt.BUCKET_SHIFT) {
      return bucket(from, to);
    }
    int seen = 0;
    int nodeMap = 0;
    for (int i = from; i < to; i++) {
      int bit = Hamt.bit(hash(i), shift);
      nodeMap |= seen & bit;
      seen |= bit;
    }
    int dataMap = seen & ~nodeMap;
    @Nullable Object[] slots =
        new @Nullable Object[2 * Integer.bitCount(dataMap) + Integer.bitCount(nodeMap)];
    int i = from;
    while (i < to) {
      int bit = Hamt.bit(hash(i), shift);
      if ((dataMap & bit) != 0) {
        putEntry(slots, Hamt.entryIndex(dataMap, bit), i);
        i++;
      } else {
        int end = endOfDigit(i, to, shift);
        slots[Hamt.childIndex(dataMap, nodeMap, bit)] = node(i, end, shift + Hamt.BITS);
        i = end;
      }
    }
    return new Hamt<>(dataMap, nodeMap, to - from, slots);
  }

  private <K, V extends @Nullable Object> Hamt<K, V> bucket(int from, int to) {
    @Nullable Object[] slots = new @Nullable Object[2 * (to - from)];
    for (int i = from; i < to; i++) {
      putEntry(slots, 2 * (i - from), i);
    }
    return new Hamt<>(0, 0, to - from, slots);
  }

  private void putEntry(@Nullable Object[] slots, int slot, int i) {
    slots[slot] = keys[index(i)];
    slots[slot + 1] = values[index(i)];
  }

  /** Returns the end of the items that have the same digit as the first one. */
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

  private int hash(int i) {
    return (int) (items[i] >>> Integer.SIZE);
  }

  private int index(int i) {
    return (int) items[i];
  }
}
