// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.parity;

import dev.contextvars.ContextVar;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/** An iterator of a program, with all that it ever gave. */
final class BindingIterator {
  private final Iterator<Map.Entry<ContextVar<?>, Object>> iterator;
  private final boolean items;
  private final List<Map.Entry<ContextVar<?>, Object>> given = new ArrayList<>();

  BindingIterator(Iterator<Map.Entry<ContextVar<?>, Object>> iterator, boolean items) {
    this.iterator = iterator;
    this.items = items;
  }

  /** Returns whether the program sees the values, too. */
  boolean items() {
    return items;
  }

  int advance(int most) {
    int came = 0;
    while (came < most && iterator.hasNext()) {
      given.add(iterator.next());
      came++;
    }
    return came;
  }

  List<Map.Entry<ContextVar<?>, Object>> drain() {
    advance(Integer.MAX_VALUE);
    return given;
  }
}
