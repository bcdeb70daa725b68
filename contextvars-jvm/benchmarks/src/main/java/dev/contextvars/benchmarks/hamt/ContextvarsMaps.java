// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.benchmarks.hamt;

import dev.contextvars.hamt.Hamt;
import java.util.Arrays;

/** Ours. */
public class ContextvarsMaps extends Entries {
  public Hamt<Key, Object>[] maps;
  public Hamt<Key, Object>[] twins;

  @Override
  @SuppressWarnings({"unchecked", "rawtypes"}) // arrays of a generic type cannot be made otherwise
  void prepare(int count) {
    maps = new Hamt[count];
    twins = new Hamt[TWINS];
    Arrays.fill(maps, Hamt.empty());
  }

  @Override
  void put(int map, Key key, Object value) {
    maps[map] = maps[map].assoc(key, value);
  }

  @Override
  void makeTwin(int twin, int map, Key key, Object value) {
    Hamt<Key, Object> changed = maps[map].assoc(key, other);
    twins[twin] = changed.assoc(key, value);
  }
}
