// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.logback;

import ch.qos.logback.classic.util.LogbackMDCAdapter;
import dev.contextvars.logging.EventFields;
import java.util.Deque;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.spi.MDCAdapter;

/**
 * Adds the registered variables to what events read, and leaves the MDC itself to another adapter.
 *
 * <p>A subclass of Logback's adapter, because events ask any other one for a copy of its map.
 */
final class VariablesMdcAdapter extends LogbackMDCAdapter {
  private final MDCAdapter mdc;

  VariablesMdcAdapter(MDCAdapter mdc) {
    this.mdc = mdc;
  }

  /** Called by events, on the thread that logs. */
  @Override
  public @Nullable Map<String, String> getPropertyMap() {
    return EventFields.merge(entries());
  }

  private @Nullable Map<String, String> entries() {
    return mdc instanceof LogbackMDCAdapter logback
        ? logback.getPropertyMap()
        : mdc.getCopyOfContextMap();
  }

  @Override
  public @Nullable String get(String key) {
    return mdc.get(key);
  }

  @Override
  public @Nullable Map<String, String> getCopyOfContextMap() {
    return mdc.getCopyOfContextMap();
  }

  @Override
  public @Nullable Set<String> getKeys() {
    Map<String, String> entries = entries();
    return entries == null ? null : entries.keySet();
  }

  @Override
  public @Nullable Deque<String> getCopyOfDequeByKey(String key) {
    return mdc.getCopyOfDequeByKey(key);
  }

  @Override
  public void put(String key, @Nullable String value) {
    mdc.put(key, value);
  }

  @Override
  public void remove(String key) {
    mdc.remove(key);
  }

  @Override
  public void clear() {
    mdc.clear();
  }

  @Override
  @SuppressWarnings({"rawtypes", "unchecked"}) // as inherited
  public void setContextMap(Map entries) {
    mdc.setContextMap(entries);
  }

  @Override
  public void pushByKey(String key, String value) {
    mdc.pushByKey(key, value);
  }

  @Override
  public @Nullable String popByKey(String key) {
    return mdc.popByKey(key);
  }

  @Override
  public void clearDequeByKey(String key) {
    mdc.clearDequeByKey(key);
  }
}
