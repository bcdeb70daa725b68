// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.benchmarks.hamt;

import io.vavr.collection.HashMap;
import java.util.Arrays;

/** Vavr's. */
public class VavrMaps extends Entries {
  public HashMap<Key, Object>[] maps;
  public HashMap<Key, Object>[] twins;

  @Override
  @SuppressWarnings({"unchecked", "rawtypes"}) // arrays of a generic type cannot be made otherwise
  void prepare(int count) {
    maps = new HashMap[count];
    twins = new HashMap[TWINS];
    Arrays.fill(maps, HashMap.empty());
  }

  @Override
  void put(int map, Key key, Object value) {
    maps[map] = maps[map].put(key, value);
  }

  @Override
  void makeTwin(int twin, int map, Key key, Object value) {
    HashMap<Key, Object> changed = maps[map].put(key, other);
    twins[twin] = changed.put(key, value);
  }
}
