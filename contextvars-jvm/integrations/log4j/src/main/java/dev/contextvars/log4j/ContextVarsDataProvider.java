// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.log4j;

import dev.contextvars.logging.EventFields;
import java.util.HashMap;
import java.util.Map;
import org.apache.logging.log4j.ThreadContext;
import org.apache.logging.log4j.core.util.ContextDataProvider;
import org.apache.logging.log4j.util.SortedArrayStringMap;
import org.apache.logging.log4j.util.StringMap;
import org.jspecify.annotations.Nullable;

/**
 * Public only for ServiceLoader: adds the registered variables to the context data of each event.
 *
 * <p>Log4j calls it inside the logging call, on the calling thread.
 */
public final class ContextVarsDataProvider implements ContextDataProvider {
  private static final StringMap EMPTY = freeze(new SortedArrayStringMap(0));

  /** Called by ServiceLoader. */
  public ContextVarsDataProvider() {}

  @Override
  public Map<String, String> supplyContextData() {
    Map<String, String> fields = EventFields.merge(null);
    return fields == null ? Map.of() : withoutThreadContext(fields);
  }

  @Override
  public StringMap supplyStringMap() {
    Map<String, String> fields = supplyContextData();
    if (fields.isEmpty()) {
      return EMPTY;
    }
    StringMap result = new SortedArrayStringMap(fields.size());
    fields.forEach(result::putValue);
    return freeze(result);
  }

  /** Called for filters that ask before there is an event, since Log4j 2.24. */
  @Override
  public @Nullable Object getValue(String key) {
    return ThreadContext.containsKey(key) ? null : EventFields.get(key);
  }

  /** Of a key in the data of two providers, Log4j does not define which value wins. */
  private static Map<String, String> withoutThreadContext(Map<String, String> fields) {
    if (!ThreadContext.isEmpty()) {
      for (String key : fields.keySet()) {
        if (ThreadContext.containsKey(key)) {
          Map<String, String> others = new HashMap<>(fields);
          others.keySet().removeIf(ThreadContext::containsKey);
          return others;
        }
      }
    }
    return fields;
  }

  private static StringMap freeze(StringMap map) {
    map.freeze();
    return map;
  }
}
