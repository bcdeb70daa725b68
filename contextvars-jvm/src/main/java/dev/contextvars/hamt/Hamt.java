// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.hamt;

import java.util.Iterator;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A persistent map: changing it gives another map, which shares with the first all that is the
 * same.
 *
 * <p>It is a compressed hash array mapped trie (Steindorfer and Vinju, OOPSLA 2015). The spread
 * hash of a key is read five bits, a <em>digit</em>, at a time, lowest digit first; each digit
 * chooses one of 32 places of a node, and a place is free, holds an entry, or holds a child for the
 * keys which share the digits so far. One class is map, inner node and collision bucket alike: a
 * map is its own root node, so that there is no wrapper to allocate or to follow.
 *
 * <pre>
 * keys A (spread hash …00001 00001), B (…00010 00001) and C (…00000 00011):
 *   root   dataMap 0b1000 (C)  nodeMap 0b10 (A, B)  size 3  slots [ C c | • ]
 *   child  dataMap 0b110       nodeMap 0            size 2  slots [ A a B b ]
 * </pre>
 *
 * <p>Invariants, which make the shape depend on the content alone (but for the order in a bucket):
 *
 * <ol>
 *   <li>I1: a child holds two entries or more; only a root may hold fewer.
 *   <li>I2: slots are the entries (key, value) by ascending digit, then the children by descending
 *       digit, so that both are found with one bit count, from their own end.
 *   <li>I3: dataMap and nodeMap have no bit in common, and slots is exactly as long as they say.
 *   <li>I4: size is the number of entries in the node and below it.
 *   <li>I5: seven levels use up the 32 bits of a hash; the eighth, and only that, is made of
 *       buckets: nodes with both maps 0, whose entries have one and the same hash.
 *   <li>I6: the empty map is {@link #empty()}, a single object.
 * </ol>
 *
 * <p>All fields are final and no node is written after its construction: a map that is read through
 * a data race is a whole map, older or newer (JLS 17.5). A key's {@code hashCode} and {@code
 * equals} are called before anything is built, so that an exception from them leaves every map as
 * it was.
 *
 * @param <K> the keys, never null; equal keys must have equal hashes
 * @param <V> the values
 */
public final class Hamt<K, V extends @Nullable Object> implements Iterable<Map.Entry<K, V>> {
  /**
   * The bits in a digit. Bitmaps are ints: another number wants other bitmaps, and nothing else.
   */
  static final int BITS = 5;

  private static final int DIGIT_MASK = (1 << BITS) - 1;

  /** The levels that a 32-bit hash feeds; the level after them is made of buckets. */
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

  /** Returns the map with no entries, always the same object. */
  @SuppressWarnings("unchecked") // holds no K and no V
  public static <K, V extends @Nullable Object> Hamt<K, V> empty() {
    return (Hamt<K, V>) EMPTY;
  }

  /**
   * Returns a map with the given entries, making each node once, at its final size; O(n).
   *
   * <p>Of equal keys, as an identity map may have them, the first stays and the last value wins, as
   * with {@link #assoc}.
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
   * Returns the value of a key, or the fallback when the key is absent; O(log32 n).
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
        // A bucket has no bits: only a miss comes here to ask whether this is one.
        int at = node.isBucket() ? node.indexInBucket(key) : -1;
        return at < 0 ? fallback : (V) node.slots[at + 1];
      }
      node = node.child(node.childIndex(bit));
      digits >>>= BITS;
      bit = bit(digits, 0);
    }
    int at = node.entryIndex(bit);
    Object stored = node.slots[at];
    return key == stored || key.equals(stored) ? (V) node.slots[at + 1] : fallback;
  }

  /**
   * Returns the value of this very key, or the fallback when it is absent; O(log32 n).
   *
   * <p>For keys whose {@code equals} is identity. It calls no method of any key, and has a loop of
   * its own, so that maps with other classes of keys in the same program do not slow it down.
   *
   * @param hash what {@link #spread} makes of the key's {@code hashCode()}
   */
  @SuppressWarnings("unchecked") // as in find
  public V findIdentical(Object key, int hash, V fallback) {
    // The root by itself: the few variables of a real context are all in there.
    int bit = bit(hash, 0);
    if ((dataMap & bit) != 0) {
      int at = entryIndex(bit);
      return key == slots[at] ? (V) slots[at + 1] : fallback;
    }
    return (nodeMap & bit) == 0
        ? fallback
        : child(childIndex(bit)).findIdenticalBelow(key, hash >>> BITS, fallback);
  }

  /** Does the same in a child, with the digits of the hash that are left. */
  @SuppressWarnings("unchecked") // as in find
  private V findIdenticalBelow(Object key, int hash, V fallback) {
    Hamt<K, V> node = this;
    int digits = hash;
    int bit = bit(digits, 0);
    while ((node.dataMap & bit) == 0) {
      if ((node.nodeMap & bit) == 0) {
        int at = node.isBucket() ? node.indexOfIdentical(key) : -1;
        return at < 0 ? fallback : (V) node.slots[at + 1];
      }
      node = node.child(node.childIndex(bit));
      digits >>>= BITS;
      bit = bit(digits, 0);
    }
    int at = node.entryIndex(bit);
    return key == node.slots[at] ? (V) node.slots[at + 1] : fallback;
  }

  /**
   * Returns whether the key has a value, be it null; O(log32 n).
   *
   * @throws NullPointerException if the key is null
   */
  public boolean containsKey(Object key) {
    return asNullable().find(key, Absent.MARK) != Absent.MARK;
  }

  /**
   * Returns a map in which the key has the value, and this very map if it has it already; O(log32
   * n).
   *
   * <p>Values are compared by identity. A key that is present stays: it is not replaced by an equal
   * one.
   *
   * @throws NullPointerException if the key is null
   */
  public Hamt<K, V> assoc(K key, V value) {
    return put(key, value, spread(Objects.requireNonNull(key, "key").hashCode()), 0);
  }

  /**
   * Returns a map without the key, and this very map if the key is absent; O(log32 n).
   *
   * @throws NullPointerException if the key is null
   */
  public Hamt<K, V> without(Object key) {
    return remove(key, spread(Objects.requireNonNull(key, "key").hashCode()), 0);
  }

  /** Returns an iterator over the entries, in no particular order; O(1), and O(1) a step. */
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
    for (int at = 0; at < end; at += 2) {
      action.accept((K) slots[at], (V) slots[at + 1]);
    }
    for (int at = end; at < slots.length; at++) {
      child(at).forEach(action);
    }
  }

  /**
   * Tells the visitor how the other map differs from this one, skipping every sub-trie that both
   * share: O(d log32 n) for d differing entries.
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
      int at = entryIndex(bit);
      Object stored = slots[at];
      return key == stored || key.equals(stored)
          ? withValue(at, value)
          : withEntryPushedDown(bit, at, key, value, hash, shift);
    }
    if ((nodeMap & bit) != 0) {
      int at = childIndex(bit);
      Hamt<K, V> child = child(at);
      Hamt<K, V> changed = child.put(key, value, hash, shift + BITS);
      return changed == child ? this : withChild(at, changed);
    }
    return shift < BUCKET_SHIFT ? withEntry(bit, key, value) : putInBucket(key, value);
  }

  private Hamt<K, V> remove(Object key, int hash, int shift) {
    int bit = bit(hash, shift);
    if ((dataMap & bit) != 0) {
      int at = entryIndex(bit);
      Object stored = slots[at];
      return key == stored || key.equals(stored) ? withoutEntry(bit, at) : this;
    }
    if ((nodeMap & bit) != 0) {
      int at = childIndex(bit);
      Hamt<K, V> child = child(at);
      Hamt<K, V> changed = child.remove(key, hash, shift + BITS);
      if (changed == child) {
        return this;
      }
      return changed.size == 1 ? withEntryPulledUp(bit, at, changed) : withChild(at, changed);
    }
    int at = shift < BUCKET_SHIFT ? -1 : indexInBucket(key);
    return at < 0 ? this : withoutEntry(0, at);
  }

  private Hamt<K, V> putInBucket(K key, V value) {
    int at = indexInBucket(key);
    return at < 0 ? withEntryAt(slots.length, 0, key, value) : withValue(at, value);
  }

  // ---- copies of one node ----

  private Hamt<K, V> withValue(int at, V value) {
    if (slots[at + 1] == value) {
      return this;
    }
    @Nullable Object[] changed = slots.clone();
    changed[at + 1] = value;
    return new Hamt<>(dataMap, nodeMap, size, changed);
  }

  private Hamt<K, V> withChild(int at, Hamt<K, V> child) {
    @Nullable Object[] changed = slots.clone();
    changed[at] = child;
    return new Hamt<>(dataMap, nodeMap, size - child(at).size + child.size, changed);
  }

  private Hamt<K, V> withEntry(int bit, K key, V value) {
    return withEntryAt(entryIndex(bit), bit, key, value);
  }

  private Hamt<K, V> withEntryAt(int at, int bit, K key, V value) {
    @Nullable Object[] changed = new @Nullable Object[slots.length + 2];
    System.arraycopy(slots, 0, changed, 0, at);
    changed[at] = key;
    changed[at + 1] = value;
    System.arraycopy(slots, at, changed, at + 2, slots.length - at);
    return new Hamt<>(dataMap | bit, nodeMap, size + 1, changed);
  }

  private Hamt<K, V> withoutEntry(int bit, int at) {
    if (size == 1) {
      return empty(); // I1: only a root has one entry
    }
    @Nullable Object[] changed = new @Nullable Object[slots.length - 2];
    System.arraycopy(slots, 0, changed, 0, at);
    System.arraycopy(slots, at + 2, changed, at, changed.length - at);
    return new Hamt<>(dataMap & ~bit, nodeMap, size - 1, changed);
  }

  /** Makes of the entry at the bit's place, and of a new one with the same digit, a child. */
  private Hamt<K, V> withEntryPushedDown(int bit, int at, K key, V value, int hash, int shift) {
    Object stored = Objects.requireNonNull(slots[at]);
    Hamt<K, V> child =
        pair(stored, slots[at + 1], spread(stored.hashCode()), key, value, hash, shift + BITS);
    // Of the changed node, which has one child more and one slot less.
    int childAt = childIndex(bit) - 1;
    @Nullable Object[] changed = new @Nullable Object[slots.length - 1];
    System.arraycopy(slots, 0, changed, 0, at);
    System.arraycopy(slots, at + 2, changed, at, childAt - at);
    changed[childAt] = child;
    System.arraycopy(slots, childAt + 2, changed, childAt + 1, slots.length - childAt - 2);
    return new Hamt<>(dataMap & ~bit, nodeMap | bit, size + 1, changed);
  }

  /** Puts in the place of a child its only entry that is left, to keep I1. */
  private Hamt<K, V> withEntryPulledUp(int bit, int childAt, Hamt<K, V> child) {
    int at = entryIndex(bit);
    @Nullable Object[] changed = new @Nullable Object[slots.length + 1];
    System.arraycopy(slots, 0, changed, 0, at);
    changed[at] = child.slots[0];
    changed[at + 1] = child.slots[1];
    System.arraycopy(slots, at, changed, at + 2, childAt - at);
    System.arraycopy(slots, childAt + 1, changed, childAt + 2, slots.length - childAt - 1);
    return new Hamt<>(dataMap | bit, nodeMap & ~bit, size - 1, changed);
  }

  /**
   * Returns the child for two different keys: as deep as their hashes agree, a bucket in the end.
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

  // ---- places ----

  /**
   * Folds the high half of a hash into the low half, which alone feeds the upper levels; bijective.
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

  /** Returns where the entry with this bit is, or would come. */
  int entryIndex(int bit) {
    return entryIndex(dataMap, bit);
  }

  /** Returns where the child with this bit is; the slot after that where it would come. */
  int childIndex(int bit) {
    return childIndex(nodeMap, bit, slots);
  }

  static int entryIndex(int dataMap, int bit) {
    return 2 * Integer.bitCount(dataMap & bit - 1);
  }

  static int childIndex(int nodeMap, int bit, @Nullable Object[] slots) {
    return slots.length - 1 - Integer.bitCount(nodeMap & bit - 1);
  }

  /** Returns where the entries end and the children begin, in a bucket too. */
  int entryEnd() {
    return slots.length - Integer.bitCount(nodeMap);
  }

  @SuppressWarnings("unchecked") // I2
  Hamt<K, V> child(int at) {
    return (Hamt<K, V>) Objects.requireNonNull(slots[at]);
  }

  private boolean isBucket() {
    return (dataMap | nodeMap) == 0; // I5; the empty root is one of no entries
  }

  /** Looks for the key itself first: keys that two maps share are asked nothing. */
  int indexInBucket(Object key) {
    int identical = indexOfIdentical(key);
    if (identical >= 0) {
      return identical;
    }
    for (int at = 0; at < slots.length; at += 2) {
      if (key.equals(slots[at])) {
        return at;
      }
    }
    return -1;
  }

  private int indexOfIdentical(Object key) {
    for (int at = 0; at < slots.length; at += 2) {
      if (key == slots[at]) {
        return at;
      }
    }
    return -1;
  }

  /** Returns this map, for look-ups with a fallback that is no V. */
  @SuppressWarnings("unchecked") // nothing is ever written to a map
  Hamt<K, @Nullable Object> asNullable() {
    return (Hamt<K, @Nullable Object>) this;
  }

  // ---- as an object ----

  /**
   * Returns whether the other object is a map with equal keys and values, however it was built.
   *
   * <p>Sub-tries that both share are skipped: the cost grows with the difference, not with the
   * size.
   */
  @Override
  public boolean equals(@Nullable Object other) {
    return this == other || (other instanceof Hamt<?, ?> map && HamtDiff.same(this, map));
  }

  /** Returns the sum of what {@link Map.Entry#hashCode} says of each entry; O(n). */
  @Override
  public int hashCode() {
    int sum = 0;
    int end = entryEnd();
    for (int at = 0; at < end; at += 2) {
      sum += Objects.hashCode(slots[at]) ^ Objects.hashCode(slots[at + 1]);
    }
    for (int at = end; at < slots.length; at++) {
      sum += child(at).hashCode();
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
