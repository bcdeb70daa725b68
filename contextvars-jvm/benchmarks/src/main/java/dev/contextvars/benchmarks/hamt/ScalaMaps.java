// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.benchmarks.hamt;

import java.util.Arrays;
import scala.collection.immutable.HashMap;
import scala.collection.immutable.HashMap$;

/** Scala's. */
public class ScalaMaps extends Entries {
  public HashMap<Key, Object>[] maps;
  public HashMap<Key, Object>[] twins;

  @Override
  @SuppressWarnings({"unchecked", "rawtypes"}) // arrays of a generic type cannot be made otherwise
  void prepare(int count) {
    maps = new HashMap[count];
    twins = new HashMap[TWINS];
    Arrays.fill(maps, HashMap$.MODULE$.empty());
  }

  @Override
  void put(int map, Key key, Object value) {
    maps[map] = maps[map].updated(key, value);
  }

  @Override
  void makeTwin(int twin, int map, Key key, Object value) {
    HashMap<Key, Object> changed = maps[map].updated(key, other);
    twins[twin] = changed.updated(key, value);
  }
}
