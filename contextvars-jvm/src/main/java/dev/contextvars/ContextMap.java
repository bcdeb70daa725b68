// SPDX-License-Identifier: Apache-2.0
package dev.contextvars;

import dev.contextvars.hamt.Hamt;
import java.util.AbstractCollection;
import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.Collection;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/**
 * A snapshot of a context's bindings as an unmodifiable {@link Map}; {@code toString} hides
 * redacted values.
 */
final class ContextMap extends AbstractMap<ContextVar<?>, @Nullable Object> {
  private final Hamt<ContextVar<?>, @Nullable Object> bindings;

  ContextMap(Hamt<ContextVar<?>, @Nullable Object> bindings) {
    this.bindings = bindings;
  }

  @Override
  public int size() {
    return bindings.size();
  }

  @Override
  public boolean containsKey(@Nullable Object key) {
    return key != null && bindings.containsKey(key);
  }

  @Override
  public @Nullable Object get(@Nullable Object key) {
    Object value = key == null ? Absent.MARK : bindings.find(key, Absent.MARK);
    return value == Absent.MARK ? null : value;
  }

  @Override
  public Set<Map.Entry<ContextVar<?>, @Nullable Object>> entrySet() {
    return new AbstractSet<>() {
      @Override
      public int size() {
        return bindings.size();
      }

      @Override
      public Iterator<Map.Entry<ContextVar<?>, @Nullable Object>> iterator() {
        return RedactedEntry.each(bindings.iterator());
      }
    };
  }

  @Override
  public Collection<@Nullable Object> values() {
    Collection<@Nullable Object> plain = super.values();
    return new AbstractCollection<>() {
      @Override
      public int size() {
        return bindings.size();
      }

      @Override
      public Iterator<@Nullable Object> iterator() {
        return plain.iterator();
      }

      @Override
      public String toString() {
        StringJoiner text = new StringJoiner(", ", "[", "]");
        bindings.forEach((variable, value) -> text.add(Descriptions.value(variable, value)));
        return text.toString();
      }
    };
  }

  @Override
  public boolean equals(@Nullable Object other) {
    // Two snapshots are compared by the nodes that they do not share, other maps entry by entry.
    return other instanceof ContextMap map ? bindings.equals(map.bindings) : super.equals(other);
  }

  @Override
  public int hashCode() {
    return bindings.hashCode();
  }

  @Override
  public String toString() {
    StringJoiner text = new StringJoiner(", ", "{", "}");
    entrySet().forEach(binding -> text.add(binding.toString()));
    return text.toString();
  }
}
