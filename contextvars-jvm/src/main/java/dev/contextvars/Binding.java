// SPDX-License-Identifier: Apache-2.0
package dev.contextvars;

import java.util.AbstractMap.SimpleImmutableEntry;
import java.util.Iterator;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A variable and its value, as an iterator gives them; unlike other entries it keeps a secret. */
final class Binding extends SimpleImmutableEntry<ContextVar<?>, @Nullable Object> {
  private static final long serialVersionUID = 1L;

  private Binding(Map.Entry<ContextVar<?>, @Nullable Object> entry) {
    super(entry);
  }

  /** Returns an iterator that gives the entries of another as bindings. */
  static Iterator<Map.Entry<ContextVar<?>, @Nullable Object>> each(
      Iterator<Map.Entry<ContextVar<?>, @Nullable Object>> entries) {
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return entries.hasNext();
      }

      @Override
      public Map.Entry<ContextVar<?>, @Nullable Object> next() {
        return new Binding(entries.next());
      }
    };
  }

  @Override
  public String toString() {
    return getKey().getName() + "=" + getKey().describe(getValue());
  }
}
