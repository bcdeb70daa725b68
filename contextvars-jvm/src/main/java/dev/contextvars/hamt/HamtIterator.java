// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.hamt;

import java.util.AbstractMap.SimpleImmutableEntry;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/**
 * Iterates over a map: the entries of a node, then each child in turn.
 *
 * <p>Like most iterators, it is not thread-safe. Threads that nevertheless share one get entries of
 * this map or a {@link NoSuchElementException}, never a crash (CPython gh-154535). Each index is
 * checked against the node that is read, and path[i] only has nodes of level i.
 */
final class HamtIterator<K, V extends @Nullable Object> implements Iterator<Map.Entry<K, V>> {
  private static final @Nullable Hamt<?, ?>[] NO_PATH = new Hamt<?, ?>[0];
  private static final int[] NO_CHILDREN = new int[0];

  private Hamt<?, ?> node;
  private int index; // of the next entry in node

  // The nodes with children on the current path, and for each the next child to visit.
  private final @Nullable Hamt<?, ?>[] path;
  private final int[] nextChild;
  private int level = -1;

  HamtIterator(Hamt<K, V> root) {
    boolean flat = root.nodeMap == 0;
    path = flat ? NO_PATH : new Hamt<?, ?>[Hamt.LEVELS];
    nextChild = flat ? NO_CHILDREN : new int[Hamt.LEVELS];
    node = root;
    visit(root, 0);
  }

  @Override
  public boolean hasNext() {
    return index < node.entryEnd() || advance();
  }

  @Override
  @SuppressWarnings("unchecked") // I2: entries are a K and a V
  public Map.Entry<K, V> next() {
    Hamt<?, ?> from = node;
    int entry = index;
    while (entry >= from.entryEnd()) {
      if (!advance()) {
        throw new NoSuchElementException();
      }
      from = node;
      entry = index;
    }
    index = entry + 2;
    return new SimpleImmutableEntry<>((K) from.slots[entry], (V) from.slots[entry + 1]);
  }

  /** Moves to the next node; returns false if there is none. */
  private boolean advance() {
    for (int current = level; current >= 0; current = level) {
      Hamt<?, ?> parent = path[current];
      // A child's index is never below the end of the entries; zero means the first child.
      int child = parent == null ? 0 : Math.max(nextChild[current], parent.entryEnd());
      if (parent == null || child >= parent.slots.length) {
        level = current - 1;
        continue;
      }
      nextChild[current] = child + 1;
      visit(parent.child(child), current + 1);
      return true;
    }
    return false;
  }

  private void visit(Hamt<?, ?> next, int nextLevel) {
    if (next.nodeMap != 0) {
      path[nextLevel] = next;
      nextChild[nextLevel] = 0;
      level = nextLevel;
    }
    node = next;
    index = 0;
  }
}
