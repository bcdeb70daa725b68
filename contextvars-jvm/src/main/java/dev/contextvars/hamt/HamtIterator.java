// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.hamt;

import java.util.AbstractMap.SimpleImmutableEntry;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/**
 * Walks a map: the entries of a node, then each child in turn.
 *
 * <p>Like most iterators it is for one thread. Two threads that share one nevertheless get entries
 * of this map or a {@link NoSuchElementException}, never a crash (CPython gh-154535): every index
 * is checked against the very node that is read, and path[i] only ever holds nodes of level i.
 */
final class HamtIterator<K, V extends @Nullable Object> implements Iterator<Map.Entry<K, V>> {
  private static final int[] NONE = new int[0];

  private Hamt<K, V> node;
  private int at;

  // The way down to the node, and the child to visit next at each level; made when there is a
  // child.
  private @Nullable Hamt<K, V> @Nullable [] path;
  private final int[] next;
  private int level;

  HamtIterator(Hamt<K, V> root) {
    this.node = root;
    if (root.nodeMap == 0) {
      this.next = NONE;
      this.level = -1;
    } else {
      this.path = newPath();
      this.path[0] = root;
      this.next = new int[Hamt.LEVELS + 1];
    }
  }

  @Override
  public boolean hasNext() {
    return at < node.entryEnd() || advance();
  }

  @Override
  @SuppressWarnings("unchecked") // I2
  public Map.Entry<K, V> next() {
    Hamt<K, V> from = node;
    int index = at;
    while (index >= from.entryEnd()) {
      if (!advance()) {
        throw new NoSuchElementException();
      }
      from = node;
      index = at;
    }
    at = index + 2;
    return new SimpleImmutableEntry<>((K) from.slots[index], (V) from.slots[index + 1]);
  }

  /** Goes on to the next node; whether there was one. */
  private boolean advance() {
    @Nullable Hamt<K, V> @Nullable [] path = this.path;
    if (path == null) {
      return false;
    }
    for (int current = level; current >= 0; current = level) {
      Hamt<K, V> parent = path[current];
      // A child's index is never below the entries' end: zero stands for the first child.
      int index = parent == null ? 0 : Math.max(next[current], parent.entryEnd());
      if (parent == null || index >= parent.slots.length) {
        level = current - 1;
        continue;
      }
      next[current] = index + 1;
      Hamt<K, V> child = parent.child(index);
      if (child.nodeMap != 0) {
        path[current + 1] = child;
        next[current + 1] = 0;
        level = current + 1;
      }
      node = child;
      at = 0;
      return true;
    }
    return false;
  }

  @SuppressWarnings({"unchecked", "rawtypes"}) // arrays of a generic type cannot be made otherwise
  private static <K, V extends @Nullable Object> @Nullable Hamt<K, V>[] newPath() {
    return (@Nullable Hamt<K, V>[]) new Hamt[Hamt.LEVELS + 1];
  }
}
