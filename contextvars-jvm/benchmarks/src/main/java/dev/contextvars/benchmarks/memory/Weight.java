// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.benchmarks.memory;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.openjdk.jol.info.GraphLayout;

/** What objects weigh with all that they refer to, less what is there without them. */
final class Weight {
  private Weight() {}

  /** Returns the bytes of all that can be reached from the thing, but not from the given ones. */
  static long of(Object thing, Collection<?> given) {
    List<Object> all = new ArrayList<>(given);
    all.add(thing);
    // Differences of sizes, not of sets of addresses: the collector may move objects in between.
    return size(all) - size(given);
  }

  private static long size(Collection<?> roots) {
    return roots.isEmpty() ? 0 : GraphLayout.parseInstance(roots.toArray()).totalSize();
  }
}
