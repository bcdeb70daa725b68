// SPDX-License-Identifier: Apache-2.0
package dev.contextvars;

import java.util.AbstractMap.SimpleImmutableEntry;
import java.util.Iterator;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A map entry whose {@code toString} hides redacted values. */
final class RedactedEntry extends SimpleImmutableEntry<ContextVar<?>, @Nullable Object> {
  private static final long serialVersionUID = 1L;

  private RedactedEntry(Map.Entry<ContextVar<?>, @Nullable Object> entry) {
    super(entry);
  }

  /** Returns an iterator over the same entries, each as a redacted entry. */
  static Iterator<Map.Entry<ContextVar<?>, @Nullable Object>> each(
      Iterator<Map.Entry<ContextVar<?>, @Nullable Object>> entries) {
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return entries.hasNext();
      }

      @Override
      public Map.Entry<ContextVar<?>, @Nullable Object> next() {
        return new RedactedEntry(entries.next());
      }
    };
  }

  @Override
  public String toString() {
    return Descriptions.binding(getKey(), getValue());
  }
}
