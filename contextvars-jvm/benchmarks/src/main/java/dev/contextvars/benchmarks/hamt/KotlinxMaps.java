// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.benchmarks.hamt;

import java.util.Arrays;
import kotlinx.collections.immutable.ExtensionsKt;
import kotlinx.collections.immutable.PersistentMap;

/** Those of kotlinx.collections.immutable. */
public class KotlinxMaps extends Entries {
  public PersistentMap<Key, Object>[] maps;
  public PersistentMap<Key, Object>[] twins;

  @Override
  @SuppressWarnings({"unchecked", "rawtypes"}) // arrays of a generic type cannot be made otherwise
  void prepare(int count) {
    maps = new PersistentMap[count];
    twins = new PersistentMap[TWINS];
    Arrays.fill(maps, ExtensionsKt.persistentHashMapOf());
  }

  @Override
  void put(int map, Key key, Object value) {
    maps[map] = maps[map].put(key, value);
  }

  @Override
  void makeTwin(int twin, int map, Key key, Object value) {
    PersistentMap<Key, Object> changed = maps[map].put(key, other);
    twins[twin] = changed.put(key, value);
  }
}
