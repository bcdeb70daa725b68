// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.benchmarks.hamt;

import io.lacuna.bifurcan.Map;
import java.util.Arrays;

/** Bifurcan's. */
public class BifurcanMaps extends Entries {
  public Map<Key, Object>[] maps;
  public Map<Key, Object>[] twins;

  @Override
  @SuppressWarnings({"unchecked", "rawtypes"}) // arrays of a generic type cannot be made otherwise
  void prepare(int count) {
    maps = new Map[count];
    twins = new Map[TWINS];
    Arrays.fill(maps, Map.empty());
  }

  @Override
  void put(int map, Key key, Object value) {
    maps[map] = (Map<Key, Object>) maps[map].put(key, value);
  }

  @Override
  void makeTwin(int twin, int map, Key key, Object value) {
    Map<Key, Object> changed = (Map<Key, Object>) maps[map].put(key, other);
    twins[twin] = (Map<Key, Object>) changed.put(key, value);
  }
}
