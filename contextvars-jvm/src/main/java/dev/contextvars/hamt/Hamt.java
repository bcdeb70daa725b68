// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.hamt;

import java.util.Iterator;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * An immutable map. An update returns a new map, which shares all unchanged nodes with the old one.
 *
 * <p>It is a compressed hash array mapped trie (Steindorfer and Vinju, OOPSLA 2015). The spread
 * hash of a key is read in <em>digits</em> of five bits, lowest digit first. Each digit selects one
 * of 32 positions in a node. A position is free, has an entry, or has a child for the keys that
 * share all digits so far. One class serves as map, inner node and collision bucket: a map is its
 * own root node, so there is no wrapper to allocate or to follow.
 *
 * <pre>
 * keys A (spread hash …00001 00001), B (…00010 00001) and C (…00000 00011):
 *   root   dataMap 0b1000 (C)  nodeMap 0b10 (A, B)  size 3  slots [ C c | • ]
 *   child  dataMap 0b110       nodeMap 0            size 2  slots [ A a B b ]
 * </pre>
 *
 * <p>Invariants. They ensure that the shape depends only on the content, except for the order in a
 * bucket.
 *
 * <ol>
 *   <li>I1: a child has at least two entries; only a root may have fewer.
 *   <li>I2: slots has the entries (key, value) by ascending digit, then the children by descending
 *       digit. Either is found with one bit count, from its own end.
 *   <li>I3: dataMap and nodeMap have no bit in common, and they determine the length of slots.
 *   <li>I4: size is the number of entries in the node and below it.
 *   <li>I5: seven levels use up the 32 bits of a hash. The eighth level, and only that one, has
 *       buckets: nodes with both maps 0, whose entries all have the same hash.
 *   <li>I6: the empty map is {@link #empty()}, a single object.
 * </ol>
 *
 * <p>All fields are final, and no node is written after its construction. A map that is read
 * through a data race is therefore complete, although it may be stale (JLS 17.5). A key's {@code
 * hashCode} and {@code equals} are called before any node is created, so an exception from them
 * leaves every map unchanged.
 *
 * @param <K> the keys, never null; equal keys must have equal hashes
 * @param <V> the values
 */
public final class Hamt<K, V extends @Nullable Object> implements Iterable<Map.Entry<K, V>> {
  /** The number of bits in a digit. The bitmaps are ints, so a larger digit needs wider bitmaps. */
  static final int BITS = 5;

  private static final int DIGIT_MASK = (1 << BITS) - 1;

  /** The number of levels with digits of a 32-bit hash; the next level has only buckets. */
  static final int LEVELS = (Integer.SIZE + BITS - 1) / BITS;

  static final int BUCKET_SHIFT = LEVELS * BITS;

  private static final Hamt<?, ?> EMPTY = new Hamt<>(0, 0, 0, new Object[0]);

  final int dataMap;
  final int nodeMap;
  final int size;
  final @Nullable Object[] slots;

  Hamt(int dataMap, int nodeMap, int size, @Nullable Object[] slots) {
    this.dataMap = dataMap;
    this.nodeMap = nodeMap;
    this.size = size;
    this.slots = slots;
  }

  /** Returns the empty map, always the same object; O(1). */
  @SuppressWarnings("unchecked") // has no K and no V
  public static <K, V extends @Nullable Object> Hamt<K, V> empty() {
    return (Hamt<K, V>) EMPTY;
  }

  /**
   * Returns a map with the given entries, allocating each node once at its final size; O(n).
   *
   * <p>If several keys are equal, as an identity map allows, the first key and the last value are
   * kept, as with {@link #assoc}.
   *
   * @throws NullPointerException if a key is null
   */
  public static <K, V extends @Nullable Object> Hamt<K, V> copyOf(
      Map<? extends K, ? extends V> entries) {
    return new HamtBuilder(entries).build();
  }

  /** Returns the number of entries; O(1). */
  public int size() {
    return size;
  }

  /** Returns whether there are no entries; O(1). */
  public boolean isEmpty() {
    return size == 0;
  }

  /**
   * Returns the value of a key, or the fallback if the key is absent; O(log32 n).
   *
   * @throws NullPointerException if the key is null
   */
  @SuppressWarnings("unchecked") // I2: the slot after a key of this map holds a V
  public V find(Object key, V fallback) {
    int digits = spread(Objects.requireNonNull(key, "key").hashCode());
    Hamt<K, V> node = this;
    int bit = bit(digits, 0);
    while ((node.dataMap & bit) == 0) {
      if ((node.nodeMap & bit) == 0) {
        // A bucket has no bits, so only a miss has to check for one.
        int index = node.isBucket() ? node.indexInBucket(key) : -1;
        return index < 0 ? fallback : (V) node.slots[index + 1];
      }
      node = node.child(node.childIndex(bit));
      digits >>>= BITS;
      bit = bit(digits, 0);
    }
    int index = node.entryIndex(bit);
    Object stored = node.slots[index];
    return key == stored || key.equals(stored) ? (V) node.slots[index + 1] : fallback;
  }

  /**
   * Returns the value of a key that is compared by identity, or the fallback if it is absent;
   * O(log32 n).
   *
   * <p>For keys whose {@code equals} is identity. It calls no method of a key, and has its own
   * loop. The JIT compiler's type profile of {@link #find}, with other classes of keys, therefore
   * does not slow it down.
   *
   * @param hash the result of {@link #spread} for the key's {@code hashCode()}
   */
  @SuppressWarnings("unchecked") // as in find
  public V findIdentical(Object key, int hash, V fallback) {
    // Handle the root separately: it has all entries of a typical context.
    int bit = bit(hash, 0);
    if ((dataMap & bit) != 0) {
      int index = entryIndex(bit);
      return key == slots[index] ? (V) slots[index + 1] : fallback;
    }
    return (nodeMap & bit) == 0
        ? fallback
        : child(childIndex(bit)).findIdenticalBelow(key, hash >>> BITS, fallback);
  }

  /** Continues in a child, with the remaining digits of the hash. */
  @SuppressWarnings("unchecked") // as in find
  private V findIdenticalBelow(Object key, int hash, V fallback) {
    Hamt<K, V> node = this;
    int digits = hash;
    int bit = bit(digits, 0);
    while ((node.dataMap & bit) == 0) {
      if ((node.nodeMap & bit) == 0) {
        int index = node.isBucket() ? node.indexOfIdentical(key) : -1;
        return index < 0 ? fallback : (V) node.slots[index + 1];
      }
      node = node.child(node.childIndex(bit));
      digits >>>= BITS;
      bit = bit(digits, 0);
    }
    int index = node.entryIndex(bit);
    return key == node.slots[index] ? (V) node.slots[index + 1] : fallback;
  }

  /**
   * Returns whether the key is present, including with a null value; O(log32 n).
   *
   * @throws NullPointerException if the key is null
   */
  public boolean containsKey(Object key) {
    return asNullable().find(key, Absent.MARK) != Absent.MARK;
  }

  /**
   * Returns a map in which the key has the value, or this map if it already has; O(log32 n).
   *
   * <p>Values are compared by identity. A key that is present is kept; it is not replaced by an
   * equal one.
   *
   * @throws NullPointerException if the key is null
   */
  public Hamt<K, V> assoc(K key, V value) {
    return put(key, value, spread(Objects.requireNonNull(key, "key").hashCode()), 0);
  }

  /**
   * Returns a map without the key, or this map if the key is absent; O(log32 n).
   *
   * @throws NullPointerException if the key is null
   */
  public Hamt<K, V> without(Object key) {
    return remove(key, spread(Objects.requireNonNull(key, "key").hashCode()), 0);
  }

  /**
   * Returns an iterator over the entries, in no particular order; O(1), and O(1) for each entry.
   */
  @Override
  public Iterator<Map.Entry<K, V>> iterator() {
    return new HamtIterator<>(this);
  }

  /**
   * Calls the action with each key and value, in the iterator's order, and allocates nothing; O(n).
   */
  @SuppressWarnings("unchecked") // I2
  public void forEach(BiConsumer<? super K, ? super V> action) {
    int end = entryEnd();
    for (int index = 0; index < end; index += 2) {
      action.accept((K) slots[index], (V) slots[index + 1]);
    }
    for (int index = end; index < slots.length; index++) {
      child(index).forEach(action);
    }
  }

  /**
   * Reports the differences from this map to the other one, skipping all shared subtrees; O(d log32
   * n) for d differing entries.
   *
   * <p>Values are compared by identity, as {@link #assoc} does.
   */
  public void diff(Hamt<K, V> other, HamtDiff.Visitor<? super K, ? super V> visitor) {
    HamtDiff.walk(this, other, 0, visitor);
  }

  // ---- updates ----

  private Hamt<K, V> put(K key, V value, int hash, int shift) {
    int bit = bit(hash, shift);
    if ((dataMap & bit) != 0) {
      int index = entryIndex(bit);
      Object stored = slots[index];
      return key == stored || key.equals(stored)
          ? withValue(index, value)
          : withEntryPushedDown(bit, index, key, value, hash, shift);
    }
    if ((nodeMap & bit) != 0) {
      int index = childIndex(bit);
      Hamt<K, V> child = child(index);
      Hamt<K, V> changed = child.put(key, value, hash, shift + BITS);
      return changed == child ? this : withChild(index, changed);
    }
    return shift < BUCKET_SHIFT ? withEntry(bit, key, value) : putInBucket(key, value);
  }

  private Hamt<K, V> remove(Object key, int hash, int shift) {
    int bit = bit(hash, shift);
    if ((dataMap & bit) != 0) {
      int index = entryIndex(bit);
      Object stored = slots[index];
      return key == stored || key.equals(stored) ? withoutEntry(bit, index) : this;
    }
    if ((nodeMap & bit) != 0) {
      int index = childIndex(bit);
      Hamt<K, V> child = child(index);
      Hamt<K, V> changed = child.remove(key, hash, shift + BITS);
      if (changed == child) {
        return this;
      }
      return changed.size == 1 ? withEntryPulledUp(bit, index, changed) : withChild(index, changed);
    }
    int index = shift < BUCKET_SHIFT ? -1 : indexInBucket(key);
    return index < 0 ? this : withoutEntry(0, index);
  }

  private Hamt<K, V> putInBucket(K key, V value) {
    int index = indexInBucket(key);
    return index < 0 ? withEntryAt(slots.length, 0, key, value) : withValue(index, value);
  }

  // ---- copies of one node ----

  private Hamt<K, V> withValue(int index, V value) {
    if (slots[index + 1] == value) {
      return this;
    }
    @Nullable Object[] changed = slots.clone();
    changed[index + 1] = value;
    return new Hamt<>(dataMap, nodeMap, size, changed);
  }

  private Hamt<K, V> withChild(int index, Hamt<K, V> child) {
    @Nullable Object[] changed = slots.clone();
    changed[index] = child;
    return new Hamt<>(dataMap, nodeMap, size - child(index).size + child.size, changed);
  }

  private Hamt<K, V> withEntry(int bit, K key, V value) {
    return withEntryAt(entryIndex(bit), bit, key, value);
  }

  private Hamt<K, V> withEntryAt(int index, int bit, K key, V value) {
    @Nullable Object[] changed = new @Nullable Object[slots.length + 2];
    System.arraycopy(slots, 0, changed, 0, index);
    changed[index] = key;
    changed[index + 1] = value;
    System.arraycopy(slots, index, changed, index + 2, slots.length - index);
    return new Hamt<>(dataMap | bit, nodeMap, size + 1, changed);
  }

  private Hamt<K, V> withoutEntry(int bit, int index) {
    if (size == 1) {
      return empty(); // I1: only a root has one entry
    }
    @Nullable Object[] changed = new @Nullable Object[slots.length - 2];
    System.arraycopy(slots, 0, changed, 0, index);
    System.arraycopy(slots, index + 2, changed, index, changed.length - index);
    return new Hamt<>(dataMap & ~bit, nodeMap, size - 1, changed);
  }

  /** Replaces an entry by a child with that entry and a new one with the same digit. */
  private Hamt<K, V> withEntryPushedDown(int bit, int index, K key, V value, int hash, int shift) {
    Object stored = Objects.requireNonNull(slots[index]);
    Hamt<K, V> child =
        pair(stored, slots[index + 1], spread(stored.hashCode()), key, value, hash, shift + BITS);
    // In the changed node, which has one more child and one slot less.
    int childIndex = childIndex(bit) - 2;
    @Nullable Object[] changed = new @Nullable Object[slots.length - 1];
    System.arraycopy(slots, 0, changed, 0, index);
    System.arraycopy(slots, index + 2, changed, index, childIndex - index);
    changed[childIndex] = child;
    System.arraycopy(slots, childIndex + 2, changed, childIndex + 1, slots.length - childIndex - 2);
    return new Hamt<>(dataMap & ~bit, nodeMap | bit, size + 1, changed);
  }

  /** Replaces a child by its only remaining entry, to keep I1. */
  private Hamt<K, V> withEntryPulledUp(int bit, int childIndex, Hamt<K, V> child) {
    int index = entryIndex(bit);
    @Nullable Object[] changed = new @Nullable Object[slots.length + 1];
    System.arraycopy(slots, 0, changed, 0, index);
    changed[index] = child.slots[0];
    changed[index + 1] = child.slots[1];
    System.arraycopy(slots, index, changed, index + 2, childIndex - index);
    System.arraycopy(slots, childIndex + 1, changed, childIndex + 2, slots.length - childIndex - 1);
    return new Hamt<>(dataMap | bit, nodeMap & ~bit, size - 1, changed);
  }

  /**
   * Returns a subtree for two different keys, as deep as their hashes are equal, with a bucket at
   * the end if need be.
   */
  private static <K, V extends @Nullable Object> Hamt<K, V> pair(
      Object key1,
      @Nullable Object value1,
      int hash1,
      Object key2,
      @Nullable Object value2,
      int hash2,
      int shift) {
    if (shift >= BUCKET_SHIFT) {
      return new Hamt<>(0, 0, 2, new @Nullable Object[] {key1, value1, key2, value2});
    }
    int digit1 = digit(hash1, shift);
    int digit2 = digit(hash2, shift);
    if (digit1 == digit2) {
      Hamt<K, V> child = pair(key1, value1, hash1, key2, value2, hash2, shift + BITS);
      return new Hamt<>(0, 1 << digit1, 2, new Object[] {child});
    }
    @Nullable Object[] slots =
        digit1 < digit2
            ? new @Nullable Object[] {key1, value1, key2, value2}
            : new @Nullable Object[] {key2, value2, key1, value1};
    return new Hamt<>(1 << digit1 | 1 << digit2, 0, 2, slots);
  }

  // ---- positions ----

  /**
   * Mixes the high half of a hash into the low half, which determines the upper levels; bijective.
   */
  public static int spread(int hash) {
    return hash ^ hash >>> 16;
  }

  static int digit(int hash, int shift) {
    return hash >>> shift & DIGIT_MASK;
  }

  static int bit(int hash, int shift) {
    return 1 << digit(hash, shift);
  }

  /** Returns the index of the entry with this bit, or the index for inserting it. */
  int entryIndex(int bit) {
    return entryIndex(dataMap, bit);
  }

  /** Returns the index of the child with this bit, or the one at which a new child is inserted. */
  int childIndex(int bit) {
    return childIndex(dataMap, nodeMap, bit);
  }

  static int entryIndex(int dataMap, int bit) {
    return 2 * Integer.bitCount(dataMap & bit - 1);
  }

  /** Does not use the length of slots, for which a read would have to wait. */
  static int childIndex(int dataMap, int nodeMap, int bit) {
    return 2 * Integer.bitCount(dataMap) + Integer.bitCount(nodeMap & -(bit << 1));
  }

  /** Returns the index at which the entries end and the children begin, also in a bucket. */
  int entryEnd() {
    return slots.length - Integer.bitCount(nodeMap);
  }

  @SuppressWarnings("unchecked") // I2
  Hamt<K, V> child(int index) {
    return (Hamt<K, V>) Objects.requireNonNull(slots[index]);
  }

  private boolean isBucket() {
    return (dataMap | nodeMap) == 0; // I5; the empty root counts as a bucket without entries
  }

  /** Checks identity first, so that equals is not called on keys that two maps share. */
  int indexInBucket(Object key) {
    int identical = indexOfIdentical(key);
    if (identical >= 0) {
      return identical;
    }
    for (int index = 0; index < slots.length; index += 2) {
      if (key.equals(slots[index])) {
        return index;
      }
    }
    return -1;
  }

  private int indexOfIdentical(Object key) {
    for (int index = 0; index < slots.length; index += 2) {
      if (key == slots[index]) {
        return index;
      }
    }
    return -1;
  }

  /** Returns this map, for lookups with a fallback that is not a V. */
  @SuppressWarnings("unchecked") // a map is never written to
  Hamt<K, @Nullable Object> asNullable() {
    return (Hamt<K, @Nullable Object>) this;
  }

  // ---- equals, hashCode, toString ----

  /**
   * Returns whether the other object is a map with equal keys and values, in whatever order they
   * were added.
   *
   * <p>Skips shared subtrees: the cost is proportional to the difference, not to the size.
   */
  @Override
  public boolean equals(@Nullable Object other) {
    return this == other || (other instanceof Hamt<?, ?> map && HamtDiff.contentEquals(this, map));
  }

  /** Returns the sum of {@link Map.Entry#hashCode} over all entries; O(n). */
  @Override
  public int hashCode() {
    int sum = 0;
    int end = entryEnd();
    for (int index = 0; index < end; index += 2) {
      sum += Objects.hashCode(slots[index]) ^ Objects.hashCode(slots[index + 1]);
    }
    for (int index = end; index < slots.length; index++) {
      sum += child(index).hashCode();
    }
    return sum;
  }

  /** Returns the entries as {@code {key=value, …}}, in no particular order. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder("{");
    for (Map.Entry<K, V> entry : this) {
      text.append(text.length() == 1 ? "" : ", ").append(entry);
    }
    return text.append('}').toString();
  }

  private static final class Absent {
    static final Object MARK = new Object();
  }
}
