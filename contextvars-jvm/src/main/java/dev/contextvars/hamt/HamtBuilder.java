// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.hamt;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Builds a map of many entries at once: sorts them by the digits of their hashes, then makes each
 * node when its children are known, once and at its final size.
 *
 * <p>There are no half-built nodes and no owner fields: nothing that could leak into a finished
 * map.
 */
final class HamtBuilder {
  private static final int WIDTH = 1 << Hamt.BITS;

  private final @Nullable Object[] keys;
  private final @Nullable Object[] values;
  private final int[] hashes;

  // The entries' indices, sorted by digit a level at a time; stable, so that of equal keys the last
  // wins.
  private final int[] order;
  private final int[] sorted;

  HamtBuilder(Map<?, ?> map) {
    ArrayList<Map.Entry<?, ?>> entries = new ArrayList<>(map.entrySet());
    int count = entries.size();
    keys = new @Nullable Object[count];
    values = new @Nullable Object[count];
    hashes = new int[count];
    order = new int[count];
    sorted = new int[count];
    for (int i = 0; i < count; i++) {
      Map.Entry<?, ?> entry = entries.get(i);
      keys[i] = Objects.requireNonNull(entry.getKey(), "key");
      values[i] = entry.getValue();
      hashes[i] = Hamt.spread(entry.getKey().hashCode());
      order[i] = i;
    }
  }

  <K, V extends @Nullable Object> Hamt<K, V> build() {
    return order.length == 0 ? Hamt.empty() : node(0, order.length, 0);
  }

  private <K, V extends @Nullable Object> Hamt<K, V> node(int from, int to, int shift) {
    if (shift >= Hamt.BUCKET_SHIFT) {
      return bucket(from, to);
    }
    int[] ends = sortByDigit(from, to, shift);
    @Nullable Hamt<?, ?>[] children = new Hamt<?, ?>[WIDTH];
    int dataMap = 0;
    int nodeMap = 0;
    for (int digit = 0, start = from; digit < WIDTH; start = ends[digit++]) {
      int count = ends[digit] - start;
      Hamt<?, ?> child = count < 2 ? null : node(start, ends[digit], shift + Hamt.BITS);
      children[digit] = child;
      if (child != null && child.size > 1) {
        nodeMap |= 1 << digit;
      } else if (count > 0) {
        dataMap |= 1 << digit; // one entry, or equal keys only
      }
    }
    return assemble(dataMap, nodeMap, children, from, ends);
  }

  private <K, V extends @Nullable Object> Hamt<K, V> assemble(
      int dataMap, int nodeMap, @Nullable Hamt<?, ?>[] children, int from, int[] ends) {
    int entries = Integer.bitCount(dataMap);
    @Nullable Object[] slots = new @Nullable Object[2 * entries + Integer.bitCount(nodeMap)];
    int size = entries;
    int entryAt = 0;
    int childAt = slots.length;
    for (int digit = 0, start = from; digit < WIDTH; start = ends[digit++]) {
      Hamt<?, ?> child = children[digit];
      if ((nodeMap & 1 << digit) != 0) {
        slots[--childAt] = child;
        size += Objects.requireNonNull(child).size;
      } else if ((dataMap & 1 << digit) != 0) {
        slots[entryAt++] = child == null ? keys[order[start]] : child.slots[0];
        slots[entryAt++] = child == null ? values[order[start]] : child.slots[1];
      }
    }
    return new Hamt<>(dataMap, nodeMap, size, slots);
  }

  /** Returns a bucket of the entries, which may be equal keys and so come to a single one. */
  private <K, V extends @Nullable Object> Hamt<K, V> bucket(int from, int to) {
    @Nullable Object[] slots = new @Nullable Object[2 * (to - from)];
    int end = 0;
    for (int i = from; i < to; i++) {
      Object key = Objects.requireNonNull(keys[order[i]]);
      int at = 0;
      while (at < end && !key.equals(slots[at])) {
        at += 2;
      }
      if (at == end) {
        slots[at] = key;
        end += 2;
      }
      slots[at + 1] = values[order[i]];
    }
    return new Hamt<>(0, 0, end / 2, end == slots.length ? slots : Arrays.copyOf(slots, end));
  }

  /** Sorts a range of {@link #order} by a digit; returns the end of each digit's part of it. */
  private int[] sortByDigit(int from, int to, int shift) {
    int[] ends = new int[WIDTH];
    for (int i = from; i < to; i++) {
      ends[Hamt.digit(hashes[order[i]], shift)]++;
    }
    int start = from;
    for (int digit = 0; digit < WIDTH; digit++) {
      int count = ends[digit];
      ends[digit] = start;
      start += count;
    }
    for (int i = from; i < to; i++) {
      sorted[ends[Hamt.digit(hashes[order[i]], shift)]++] = order[i];
    }
    System.arraycopy(sorted, from, order, from, to - from);
    return ends;
  }
}
