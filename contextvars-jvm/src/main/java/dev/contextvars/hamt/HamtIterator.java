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
  private static final @Nullable Hamt<?, ?>[] NO_PATH = new Hamt<?, ?>[0];
  private static final int[] NO_CHILDREN = new int[0];

  private Hamt<?, ?> node;
  private int at;

  // The nodes with children on the way down, and in each the child to visit next.
  private final @Nullable Hamt<?, ?>[] path;
  private final int[] childAt;
  private int level = -1;

  HamtIterator(Hamt<K, V> root) {
    boolean flat = root.nodeMap == 0;
    path = flat ? NO_PATH : new Hamt<?, ?>[Hamt.LEVELS];
    childAt = flat ? NO_CHILDREN : new int[Hamt.LEVELS];
    node = root;
    visit(root, 0);
  }

  @Override
  public boolean hasNext() {
    return at < node.entryEnd() || advance();
  }

  @Override
  @SuppressWarnings("unchecked") // I2: entries are a K and a V
  public Map.Entry<K, V> next() {
    Hamt<?, ?> from = node;
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
    for (int current = level; current >= 0; current = level) {
      Hamt<?, ?> parent = path[current];
      // A child's index is never below the entries' end: zero stands for the first child.
      int index = parent == null ? 0 : Math.max(childAt[current], parent.entryEnd());
      if (parent == null || index >= parent.slots.length) {
        level = current - 1;
        continue;
      }
      childAt[current] = index + 1;
      visit(parent.child(index), current + 1);
      return true;
    }
    return false;
  }

  private void visit(Hamt<?, ?> next, int nextLevel) {
    if (next.nodeMap != 0) {
      path[nextLevel] = next;
      childAt[nextLevel] = 0;
      level = nextLevel;
    }
    node = next;
    at = 0;
  }
}
