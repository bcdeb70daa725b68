// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.hamt;

import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Compares two maps node by node, skipping subtrees that both share.
 *
 * <p>Both maps are canonical (I1 to I6), so equal contents imply equal bitmaps at every level.
 */
public final class HamtDiff {
  private HamtDiff() {}

  /**
   * Receives the differences between two maps.
   *
   * @param <K> the keys
   * @param <V> the values
   */
  public interface Visitor<K, V extends @Nullable Object> {
    /** Called if only the second map has the key. */
    void added(K key, V value);

    /** Called if only the first map has the key. */
    void removed(K key, V value);

    /** Called if both maps have the key, with values that are not the same object. */
    void changed(K key, V before, V after);
  }

  // ---- equality ----

  static boolean contentEquals(Hamt<?, ?> left, Hamt<?, ?> right) {
    if (left == right) {
      return true;
    }
    if (left.size != right.size || left.dataMap != right.dataMap || left.nodeMap != right.nodeMap) {
      return false;
    }
    return (left.dataMap | left.nodeMap) == 0 ? bucketsEqual(left, right) : slotsEqual(left, right);
  }

  private static boolean slotsEqual(Hamt<?, ?> left, Hamt<?, ?> right) {
    @Nullable Object[] leftSlots = left.slots;
    @Nullable Object[] rightSlots = right.slots;
    int end = left.entryEnd();
    for (int index = 0; index < leftSlots.length; index++) {
      // Check identity first: reading a child's class costs another memory access.
      if (leftSlots[index] != rightSlots[index]
          && !(index < end
              ? Objects.equals(leftSlots[index], rightSlots[index])
              : contentEquals(left.child(index), right.child(index)))) {
        return false;
      }
    }
    return true;
  }

  /** Compares buckets as sets, because the order in a bucket depends on the order of insertion. */
  private static boolean bucketsEqual(Hamt<?, ?> left, Hamt<?, ?> right) {
    for (int index = 0; index < left.slots.length; index += 2) {
      int found = right.indexInBucket(Objects.requireNonNull(left.slots[index]));
      if (found < 0 || !Objects.equals(left.slots[index + 1], right.slots[found + 1])) {
        return false;
      }
    }
    return true;
  }

  // ---- difference ----

  static <K, V extends @Nullable Object> void walk(
      Hamt<K, V> left, Hamt<K, V> right, int shift, Visitor<? super K, ? super V> visitor) {
    if (left == right) {
      return;
    }
    if (shift >= Hamt.BUCKET_SHIFT) {
      walkEntries(left, right, visitor);
      return;
    }
    int positions = left.dataMap | left.nodeMap | right.dataMap | right.nodeMap;
    for (; positions != 0; positions &= positions - 1) {
      int bit = positions & -positions;
      if ((left.nodeMap & right.nodeMap & bit) != 0) {
        walk(subtreeAt(left, bit), subtreeAt(right, bit), shift + Hamt.BITS, visitor);
      } else if (!haveSameEntry(left, right, bit)) {
        walkEntries(subtreeAt(left, bit), subtreeAt(right, bit), visitor);
      }
    }
  }

  /**
   * Returns whether two nodes have the same key and value objects at a position, as most nodes on a
   * path do.
   */
  private static boolean haveSameEntry(Hamt<?, ?> left, Hamt<?, ?> right, int bit) {
    if ((left.dataMap & right.dataMap & bit) == 0) {
      return false;
    }
    int leftIndex = left.entryIndex(bit);
    int rightIndex = right.entryIndex(bit);
    return left.slots[leftIndex] == right.slots[rightIndex]
        && left.slots[leftIndex + 1] == right.slots[rightIndex + 1];
  }

  /** Returns the subtree at a position: the child, a map with the one entry, or the empty map. */
  private static <K, V extends @Nullable Object> Hamt<K, V> subtreeAt(Hamt<K, V> node, int bit) {
    if ((node.nodeMap & bit) != 0) {
      return node.child(node.childIndex(bit));
    }
    if ((node.dataMap & bit) != 0) {
      int index = node.entryIndex(bit);
      return new Hamt<>(0, 0, 1, new @Nullable Object[] {node.slots[index], node.slots[index + 1]});
    }
    return Hamt.empty();
  }

  /**
   * Compares two buckets, or a subtree with a map of at most one entry.
   *
   * <p>Except in buckets, nearly all of these entries differ, so comparing each one costs no more.
   */
  private static <K, V extends @Nullable Object> void walkEntries(
      Hamt<K, V> left, Hamt<K, V> right, Visitor<? super K, ? super V> visitor) {
    for (Map.Entry<K, V> before : left) {
      Map.Entry<K, V> after = entryOf(right, before.getKey());
      if (after == null) {
        visitor.removed(before.getKey(), before.getValue());
      } else if (after.getValue() != before.getValue()) {
        visitor.changed(before.getKey(), before.getValue(), after.getValue());
      }
    }
    for (Map.Entry<K, V> after : right) {
      if (entryOf(left, after.getKey()) == null) {
        visitor.added(after.getKey(), after.getValue());
      }
    }
  }

  /** Checks identity first, so that equals is not called on keys that both maps share. */
  private static <K, V extends @Nullable Object> Map.@Nullable Entry<K, V> entryOf(
      Hamt<K, V> map, Object key) {
    for (Map.Entry<K, V> entry : map) {
      if (key == entry.getKey()) {
        return entry;
      }
    }
    for (Map.Entry<K, V> entry : map) {
      if (key.equals(entry.getKey())) {
        return entry;
      }
    }
    return null;
  }
}
