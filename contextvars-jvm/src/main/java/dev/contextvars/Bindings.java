// SPDX-License-Identifier: Apache-2.0
package dev.contextvars;

import dev.contextvars.hamt.Hamt;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Several variables with a value each, to be set in one go and reset in one go.
 *
 * <pre>{@code
 * try (var scope = Bindings.of(TENANT, "acme").and(USER, alice).set()) {
 *   handle(request);
 * } // both are what they were before
 * }</pre>
 *
 * <p>Immutable, and so for any thread. Of two values for one variable the later one counts.
 */
public final class Bindings {
  private final List<Pair<?>> pairs;

  private Bindings(List<Pair<?>> pairs) {
    this.pairs = pairs;
  }

  /**
   * Returns a variable with its value.
   *
   * @throws NullPointerException if the variable is null
   */
  public static <T extends @Nullable Object> Bindings of(ContextVar<T> variable, T value) {
    return new Bindings(List.of()).and(variable, value);
  }

  /**
   * Returns these, and another variable with its value; O(n).
   *
   * @throws NullPointerException if the variable is null
   */
  public <T extends @Nullable Object> Bindings and(ContextVar<T> variable, T value) {
    List<Pair<?>> more = new ArrayList<>(pairs);
    more.add(new Pair<>(Objects.requireNonNull(variable, "variable"), value));
    return new Bindings(Collections.unmodifiableList(more));
  }

  /**
   * Sets all the variables in the current context, or none, and returns what resets them.
   *
   * <p>It is refused as {@link ContextVar#set} is. Other threads see all of them set, or none.
   */
  public Scope set() {
    return new Scope(CurrentContext.getOrCreate(pairs.get(0).variable).setAll(pairs));
  }

  List<Pair<?>> pairs() {
    return pairs;
  }

  record Pair<T extends @Nullable Object>(ContextVar<T> variable, T value) {
    Token<T> setIn(ContextBindings context, Hamt<ContextVar<?>, @Nullable Object> before) {
      return new Token<>(context, variable, before, before.assoc(variable, value));
    }
  }

  /** Several variables that are set, until it is closed. */
  public static final class Scope implements AutoCloseable {
    private final List<Token<?>> tokens;

    private Scope(List<Token<?>> tokens) {
      this.tokens = tokens;
    }

    /**
     * Resets all the variables, or, if it is refused, none.
     *
     * @throws TokenUsedException if the scope was closed before
     * @throws WrongContextException if the current context is not the one they were set in; the
     *     scope can still be closed there
     * @throws ContextContendedException as {@link ContextVar#reset}; the scope can still be closed
     */
    @Override
    public void close() {
      Token<?> any = tokens.get(0);
      any.requireUsable(any.getVariable()).resetAll(tokens);
    }
  }
}
