// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.benchmarks.hamt;

import java.util.HashMap;

/** The JDK's, which is not persistent: what a look-up costs where nothing has to be shared. */
public class JavaUtilMaps extends Entries {
  public HashMap<Key, Object>[] maps;

  @Override
  @SuppressWarnings({"unchecked", "rawtypes"}) // arrays of a generic type cannot be made otherwise
  void prepare(int count) {
    maps = new HashMap[count];
    for (int i = 0; i < count; i++) {
      maps[i] = new HashMap<>();
    }
  }

  @Override
  void put(int map, Key key, Object value) {
    maps[map].put(key, value);
  }

  @Override
  void makeTwin(int twin, int map, Key key, Object value) {}
}
