// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.baggage;

import dev.contextvars.ContextVar;
import org.jspecify.annotations.Nullable;

/** A variable of the allow-list: its key in headers, and how its values are written. */
record ListedVariable(String key, ContextVar<@Nullable Object> variable, ValueCodec<Object> codec) {
  /** Creates an entry for a variable and a codec of one type, which the caller must ensure. */
  @SuppressWarnings("unchecked") // values of the variable go to its codec, and back, alone
  static ListedVariable of(String key, ContextVar<?> variable, ValueCodec<?> codec) {
    return new ListedVariable(
        key, (ContextVar<@Nullable Object>) variable, (ValueCodec<Object>) codec);
  }
}
