// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.logging;

import java.io.Serializable;
import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The entries of one log event: those of the MDC, then the texts of fields with other keys.
 *
 * <p>A view over both: an event copies nothing. All fields are final, so that the thread of an
 * asynchronous appender sees a complete map.
 */
final class EventMap extends AbstractMap<String, String> implements Serializable {
  private static final long serialVersionUID = 1L;

  private final transient @Nullable Map<String, String> mdc;
  private final transient Field[] fields;
  private final transient @Nullable String[] texts; // by index of the field, null if it is absent

  EventMap(@Nullable Map<String, String> mdc, Field[] fields, @Nullable String[] texts) {
    this.mdc = mdc;
    this.fields = fields;
    this.texts = texts;
  }

  @Override
  public int size() {
    int size = mdc == null ? 0 : mdc.size();
    for (String text : texts) {
      size += text == null ? 0 : 1;
    }
    return size;
  }

  /** Never empty: without a text there is no such map. */
  @Override
  public boolean isEmpty() {
    return false;
  }

  @Override
  public boolean containsKey(@Nullable Object key) {
    return get(key) != null || (mdc != null && mdc.containsKey(key));
  }

  @Override
  public @Nullable String get(@Nullable Object key) {
    for (int i = 0; i < fields.length; i++) {
      if (texts[i] != null && fields[i].key().equals(key)) {
        return texts[i];
      }
    }
    return mdc == null ? null : mdc.get(key);
  }

  @Override
  public Set<Map.Entry<String, String>> entrySet() {
    return new AbstractSet<>() {
      @Override
      public int size() {
        return EventMap.this.size();
      }

      @Override
      public Iterator<Map.Entry<String, String>> iterator() {
        return new Entries();
      }
    };
  }

  /** Only JDK classes go to another process, which need not have this library. */
  private Object writeReplace() {
    return new HashMap<>(this);
  }

  private final class Entries implements Iterator<Map.Entry<String, String>> {
    private final @Nullable Iterator<Map.Entry<String, String>> ofMdc =
        mdc == null ? null : mdc.entrySet().iterator();
    private int next = nextText(0);

    private int nextText(int from) {
      int index = from;
      while (index < texts.length && texts[index] == null) {
        index++;
      }
      return index;
    }

    @Override
    public boolean hasNext() {
      return (ofMdc != null && ofMdc.hasNext()) || next < texts.length;
    }

    @Override
    public Map.Entry<String, String> next() {
      if (ofMdc != null && ofMdc.hasNext()) {
        return ofMdc.next();
      }
      if (next >= texts.length) {
        throw new NoSuchElementException();
      }
      int index = next;
      next = nextText(index + 1);
      return new SimpleImmutableEntry<>(fields[index].key(), texts[index]);
    }
  }
}
