// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.hamt;

import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Compares two maps, node by node and in step: what hangs below one and the same node is not looked
 * at.
 *
 * <p>Both maps are canonical (I1 to I6), so that equal content means equal bitmaps at every level.
 */
public final class HamtDiff {
  private HamtDiff() {}

  /**
   * Is told how a second map differs from a first.
   *
   * @param <K> the keys
   * @param <V> the values
   */
  public interface Visitor<K, V extends @Nullable Object> {
    /** The second map alone has the key. */
    void added(K key, V value);

    /** The first map alone has the key. */
    void removed(K key, V value);

    /** Both have the key, with values that are not the same object. */
    void changed(K key, V before, V after);
  }

  // ---- equality ----

  static boolean same(Hamt<?, ?> one, Hamt<?, ?> two) {
    if (one == two) {
      return true;
    }
    if (one.size != two.size || one.dataMap != two.dataMap || one.nodeMap != two.nodeMap) {
      return false;
    }
    return (one.dataMap | one.nodeMap) == 0 ? sameBucket(one, two) : sameSlots(one, two);
  }

  private static boolean sameSlots(Hamt<?, ?> one, Hamt<?, ?> two) {
    @Nullable Object[] here = one.slots;
    @Nullable Object[] there = two.slots;
    int end = one.entryEnd();
    for (int at = 0; at < here.length; at++) {
      // What both share is not even looked at: the class of a child is read from memory of its own.
      if (here[at] != there[at]
          && !(at < end
              ? Objects.equals(here[at], there[at])
              : same(one.child(at), two.child(at)))) {
        return false;
      }
    }
    return true;
  }

  /** The order in a bucket tells of the past, not of the content. */
  private static boolean sameBucket(Hamt<?, ?> one, Hamt<?, ?> two) {
    for (int at = 0; at < one.slots.length; at += 2) {
      int found = two.indexInBucket(Objects.requireNonNull(one.slots[at]));
      if (found < 0 || !Objects.equals(one.slots[at + 1], two.slots[found + 1])) {
        return false;
      }
    }
    return true;
  }

  // ---- difference ----

  static <K, V extends @Nullable Object> void walk(
      Hamt<K, V> one, Hamt<K, V> two, int shift, Visitor<? super K, ? super V> visitor) {
    if (one == two) {
      return;
    }
    if (shift >= Hamt.BUCKET_SHIFT) {
      walkEntries(one, two, visitor);
      return;
    }
    int places = one.dataMap | one.nodeMap | two.dataMap | two.nodeMap;
    for (; places != 0; places &= places - 1) {
      int bit = places & -places;
      if ((one.nodeMap & two.nodeMap & bit) != 0) {
        walk(below(one, bit), below(two, bit), shift + Hamt.BITS, visitor);
      } else if (!haveSameEntry(one, two, bit)) {
        walkEntries(below(one, bit), below(two, bit), visitor);
      }
    }
  }

  /** Returns whether two nodes have the very same entry at a place, as most of a path has. */
  private static boolean haveSameEntry(Hamt<?, ?> one, Hamt<?, ?> two, int bit) {
    if ((one.dataMap & two.dataMap & bit) == 0) {
      return false;
    }
    int here = one.entryIndex(bit);
    int there = two.entryIndex(bit);
    return one.slots[here] == two.slots[there] && one.slots[here + 1] == two.slots[there + 1];
  }

  /** Returns what a node has at a place: its child, its entry as a map of one, or nothing. */
  private static <K, V extends @Nullable Object> Hamt<K, V> below(Hamt<K, V> node, int bit) {
    if ((node.nodeMap & bit) != 0) {
      return node.child(node.childIndex(bit));
    }
    if ((node.dataMap & bit) != 0) {
      int at = node.entryIndex(bit);
      return new Hamt<>(0, 0, 1, new @Nullable Object[] {node.slots[at], node.slots[at + 1]});
    }
    return Hamt.empty();
  }

  /**
   * Compares two buckets, or a sub-trie with a single entry or with nothing.
   *
   * <p>But for buckets nearly all the entries differ: to look at each costs no more.
   */
  private static <K, V extends @Nullable Object> void walkEntries(
      Hamt<K, V> one, Hamt<K, V> two, Visitor<? super K, ? super V> visitor) {
    for (Map.Entry<K, V> before : one) {
      Map.Entry<K, V> after = entryOf(two, before.getKey());
      if (after == null) {
        visitor.removed(before.getKey(), before.getValue());
      } else if (after.getValue() != before.getValue()) {
        visitor.changed(before.getKey(), before.getValue(), after.getValue());
      }
    }
    for (Map.Entry<K, V> after : two) {
      if (entryOf(one, after.getKey()) == null) {
        visitor.added(after.getKey(), after.getValue());
      }
    }
  }

  /** Looks for the key itself first: keys that both maps share are asked nothing. */
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
