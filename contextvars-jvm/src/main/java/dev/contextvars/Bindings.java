// SPDX-License-Identifier: Apache-2.0
package dev.contextvars;

import dev.contextvars.hamt.Hamt;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.StringJoiner;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * An immutable group of bindings that can be set and reset together.
 *
 * <pre>{@code
 * Bindings.of(TENANT, "acme").and(USER, alice).execute(() -> handle(request));
 * // both have their previous values again
 * }</pre>
 *
 * <p>{@link #run}, {@link #call} and {@link #execute} correspond to {@code ScopedValue.where(…)}.
 * Use {@link #set} in code that cannot pass a body. A group may be used any number of times, by any
 * thread. If a variable is bound more than once, the last binding wins. A value may be null if the
 * variable's type is nullable.
 */
public final class Bindings {
  private final @Nullable Bindings previous;
  private final Entry<?> last;
  private final int size;

  private Bindings(@Nullable Bindings previous, Entry<?> last) {
    this.previous = previous;
    this.last = last;
    this.size = previous == null ? 1 : previous.size + 1;
  }

  /**
   * Returns a group with one binding; O(1).
   *
   * @throws NullPointerException if the variable is null
   */
  public static <T extends @Nullable Object> Bindings of(ContextVar<T> variable, T value) {
    return new Bindings(null, Entry.of(variable, value));
  }

  /**
   * Returns a group with these bindings and one more; this group is unchanged. O(1).
   *
   * @throws NullPointerException if the variable is null
   */
  public <T extends @Nullable Object> Bindings and(ContextVar<T> variable, T value) {
    return new Bindings(this, Entry.of(variable, value));
  }

  /**
   * Sets all variables in the current context, and returns a scope that resets them; O(n) for n
   * bindings.
   *
   * <p>Other threads see either all of the new values or none of them.
   *
   * <pre>{@code
   * try (var scope = Bindings.of(TENANT, "acme").and(USER, alice).set()) {
   *   handle(request);
   * }
   * }</pre>
   *
   * @throws ContextRequiredException as {@link ContextVar#set}; no variable is set
   * @throws ContextContendedException as {@link ContextVar#set}; no variable is set
   */
  public Scope set() {
    List<Entry<?>> entries = entries();
    return new Scope(ThreadState.currentToChange(entries.get(0).variable).setAll(entries));
  }

  /**
   * Sets all variables, runs the body, resets the variables, and returns the body's value.
   *
   * <p>If the body throws and the variables cannot be reset, the failed reset is added to the
   * body's exception as suppressed.
   *
   * @throws NullPointerException if the body is null
   * @throws ContextRequiredException as {@link #set}; the body does not run
   * @throws ContextContendedException if another task or thread has taken over the context: before
   *     the body, which then does not run, or during it, and then the variables are not reset
   * @throws WrongContextException if another context is current when the body ends; the variables
   *     are not reset
   */
  public <R extends @Nullable Object> R run(Supplier<? extends R> body) {
    Objects.requireNonNull(body, "body");
    Scope scope = set();
    R result;
    try {
      result = body.get();
    } catch (Throwable failure) {
      scope.closeAfter(failure);
      throw failure;
    }
    scope.close();
    return result;
  }

  /**
   * Sets all variables, calls the body, resets the variables, and returns the body's value, as
   * {@link #run} does; checked exceptions of the body are thrown unchanged.
   *
   * @throws NullPointerException if the body is null
   * @throws ContextRequiredException as {@link #set}; the body does not run
   * @throws ContextContendedException as {@link #run}
   * @throws WrongContextException if another context is current when the body ends; the variables
   *     are not reset
   * @throws Exception if the body throws it
   */
  public <R extends @Nullable Object> R call(Callable<? extends R> body) throws Exception {
    Objects.requireNonNull(body, "body");
    return run(new Bodies.OfCallable<>(body));
  }

  /**
   * Sets all variables, runs the body, and resets the variables, as {@link #run} does.
   *
   * @throws NullPointerException if the body is null
   * @throws ContextRequiredException as {@link #set}; the body does not run
   * @throws ContextContendedException as {@link #run}
   * @throws WrongContextException if another context is current when the body ends; the variables
   *     are not reset
   */
  public void execute(Runnable body) {
    Objects.requireNonNull(body, "body");
    run(new Bodies.OfRunnable(body));
  }

  /** Returns all entries, the oldest first; O(n). */
  List<Entry<?>> entries() {
    Entry<?>[] entries = new Entry<?>[size];
    Bindings group = this;
    for (int i = size; group != null; group = group.previous) {
      entries[--i] = group.last;
    }
    return Arrays.asList(entries);
  }

  /** Returns {@code {tenant=acme, user=alice}}; values of redacted variables are hidden. */
  @Override
  public String toString() {
    StringJoiner text = new StringJoiner(", ", "{", "}");
    for (Entry<?> entry : entries()) {
      text.add(Descriptions.binding(entry.variable, entry.value));
    }
    return text.toString();
  }

  /** A variable and the value that it will be set to. */
  record Entry<T extends @Nullable Object>(ContextVar<T> variable, T value) {
    static <T extends @Nullable Object> Entry<T> of(ContextVar<T> variable, T value) {
      return new Entry<>(Objects.requireNonNull(variable, "variable"), value);
    }

    /** Returns a token for setting this entry in a context that has the given bindings. */
    Token<T> tokenIn(ContextState context, Hamt<ContextVar<?>, @Nullable Object> before) {
      return new Token<>(context, variable, before, before.assoc(variable, value));
    }
  }

  /** A handle that resets a group of variables when it is closed. */
  public static final class Scope implements AutoCloseable {
    private final List<Token<?>> tokens;

    private Scope(List<Token<?>> tokens) {
      this.tokens = tokens;
    }

    /**
     * Resets all variables, or throws and resets none; O(n) for n bindings.
     *
     * @throws TokenUsedException if the scope was already closed
     * @throws WrongContextException if the current context is not the one that the variables were
     *     set in; the scope can still be closed there
     * @throws ContextContendedException if another task or thread has taken over the context; the
     *     scope can still be closed
     */
    @Override
    public void close() {
      Token<?> first = tokens.get(0);
      first.contextToReset(first.getVariable()).resetAll(tokens);
    }

    private void closeAfter(Throwable failure) {
      try {
        close();
      } catch (RuntimeException misuse) {
        failure.addSuppressed(misuse);
      }
    }
  }
}
