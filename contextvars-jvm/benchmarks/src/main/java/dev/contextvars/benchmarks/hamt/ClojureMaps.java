// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.benchmarks.hamt;

import clojure.lang.PersistentHashMap;
import java.util.Arrays;

/** Clojure's. */
public class ClojureMaps extends Entries {
  public PersistentHashMap[] maps;
  public PersistentHashMap[] twins;

  @Override
  void prepare(int count) {
    maps = new PersistentHashMap[count];
    twins = new PersistentHashMap[TWINS];
    Arrays.fill(maps, PersistentHashMap.EMPTY);
  }

  @Override
  void put(int map, Key key, Object value) {
    maps[map] = (PersistentHashMap) maps[map].assoc(key, value);
  }

  @Override
  void makeTwin(int twin, int map, Key key, Object value) {
    PersistentHashMap changed = (PersistentHashMap) maps[map].assoc(key, other);
    twins[twin] = (PersistentHashMap) changed.assoc(key, value);
  }
}
