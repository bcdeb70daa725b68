// SPDX-License-Identifier: Apache-2.0
package dev.contextvars;

import dev.contextvars.hamt.Hamt;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A variable whose value belongs to the current {@link Context} (PEP 567, {@code ContextVar}).
 *
 * <p>Declare it once, as a constant: a context keeps the variables that are bound in it alive.
 *
 * <pre>{@code
 * static final ContextVar<String> TENANT = new ContextVar<>("tenant");
 *
 * try (var token = TENANT.set("acme")) {
 *   TENANT.get(); // acme, in every method called from here
 * }
 * }</pre>
 *
 * <p>A variable is its own key: two variables with one name are different. It is immutable, and any
 * thread may use it.
 *
 * @param <T> the type of the values; nullable if null may be a value
 */
public final class ContextVar<T extends @Nullable Object> {
  private static final AtomicInteger CREATED = new AtomicInteger();

  private final String name;
  private final T defaultValue; // Absent.MARK means "no default", because null is a valid default
  private final @Nullable Supplier<? extends T> defaultSupplier;
  private final CopyPolicy copyPolicy;
  private final boolean redacted;

  // Sequential numbers: any 32 consecutive variables have different slots in the root of a map.
  private final int hash = CREATED.incrementAndGet();

  // Precomputed, because each read needs it: saves two instructions.
  private final int spreadHash = Hamt.spread(hash);

  /**
   * Creates a variable without a default.
   *
   * @throws NullPointerException if the name is null
   */
  @SuppressWarnings("unchecked") // readers check for MARK before they use the value as a T
  public ContextVar(String name) {
    this(name, (T) Absent.MARK, null, CopyPolicy.SHARE, false);
  }

  /**
   * Creates a variable with a default, which may be null: {@link #get()} returns it where the
   * variable is not set.
   *
   * @throws NullPointerException if the name is null
   */
  public ContextVar(String name, T defaultValue) {
    this(name, defaultValue, null, CopyPolicy.SHARE, false);
  }

  ContextVar(
      String name,
      T defaultValue,
      @Nullable Supplier<? extends T> defaultSupplier,
      CopyPolicy copyPolicy,
      boolean redacted) {
    this.name = Objects.requireNonNull(name, "name");
    this.defaultValue = defaultValue;
    this.defaultSupplier = defaultSupplier;
    this.copyPolicy = copyPolicy;
    this.redacted = redacted;
  }

  /**
   * Creates a variable whose default is computed, and bound, once for each context that asks for
   * it, as {@link ThreadLocal#withInitial} does for each thread.
   *
   * <pre>{@code
   * static final ContextVar<List<String>> WARNINGS = ContextVar.withInitial("warnings", ArrayList::new);
   * }</pre>
   *
   * <p>{@link ContextVarBuilder#defaultSupplier} describes when the supplier is called.
   *
   * @throws NullPointerException if an argument is null
   */
  public static <T extends @Nullable Object> ContextVar<T> withInitial(
      String name, Supplier<? extends T> supplier) {
    return ContextVar.<T>builder(name).defaultSupplier(supplier).build();
  }

  /**
   * Returns a builder for a variable with a computed default, a copy policy, or redacted values.
   *
   * @throws NullPointerException if the name is null
   */
  public static <T extends @Nullable Object> ContextVarBuilder<T> builder(String name) {
    return new ContextVarBuilder<>(name);
  }

  /** Returns the name, which is used in texts only. Names need not be unique. */
  public String getName() {
    return name;
  }

  /** Returns whether the values must not appear in texts; exporters must not export them. */
  public boolean isRedacted() {
    return redacted;
  }

  /**
   * Returns the value in the current context, or else the default; O(1) for the few variables of a
   * real context, O(log32 n) in n.
   *
   * @throws UnboundVariableException if there is neither
   */
  public T get() {
    Context context = ThreadState.current();
    T value = context == null ? defaultValue : context.find(this, defaultValue);
    return value == Absent.MARK ? computeDefault() : value;
  }

  private T computeDefault() {
    if (defaultSupplier == null) {
      throw new UnboundVariableException(this);
    }
    T value = defaultSupplier.get();
    // On a thread without a context nothing is bound. The supplier may have set the variable.
    return ThreadState.current() == null || isSet() ? get(value) : bind(value);
  }

  private T bind(T value) {
    ThreadState.currentToChange(this).bind(this, value);
    return value;
  }

  /**
   * Returns the value in the current context, or else the fallback; the default is not used. Costs
   * the same as {@link #get()}.
   */
  public T get(T fallback) {
    Context context = ThreadState.current();
    return context == null ? fallback : context.find(this, fallback);
  }

  /**
   * Returns the value in the current context, or else the default, or else null: null where {@link
   * #get()} would throw {@link UnboundVariableException}. Costs the same as {@link #get()}.
   *
   * <p>For a {@code ContextVar<String>} in Kotlin, where {@code get(null)} does not compile.
   */
  public @Nullable T getOrNull() {
    return defaultValue == Absent.MARK && defaultSupplier == null && !isSet() ? null : get();
  }

  /**
   * Returns whether this variable is set in the current context, also if its value is null. Costs
   * the same as {@link #get()}.
   */
  public boolean isSet() {
    Context context = ThreadState.current();
    return context != null && context.contains(this);
  }

  /**
   * Sets this variable in the current context, and returns a token that restores the previous
   * value.
   *
   * <pre>{@code
   * Token<User> token = USER.set(alice);
   * try {
   *   handle(request);
   * } finally {
   *   USER.reset(token);
   * }
   * }</pre>
   *
   * <p>If the thread has no current context, an empty one is created for it, which it keeps as long
   * as it lives. Copies made earlier do not see the change; copies made later do. O(log32 n), and
   * O(1) for a few variables.
   *
   * @return a new token, even for the same value, for one {@link #reset} in the same context
   * @throws ContextRequiredException if this code has no context and must not create one, because
   *     the next code on the thread would see the value (a shared thread, or a coroutine without a
   *     context element)
   * @throws ContextContendedException if another task or thread has taken over the context on
   *     another thread; nothing is set
   */
  public Token<T> set(T value) {
    return ThreadState.currentToChange(this).set(this, value);
  }

  /**
   * Sets this variable to what the function returns for its value, or default, in the current
   * context.
   *
   * <pre>{@code
   * try (var token = DEPTH.update(depth -> depth + 1)) { … }
   * }</pre>
   *
   * <p>Costs what {@link #get()} and {@link #set} cost, and throws what they throw. If the function
   * throws, the exception propagates and the variable is unchanged.
   *
   * @return a new token, as {@link #set} does
   * @throws NullPointerException if the function is null
   * @throws UnboundVariableException if there is neither a value nor a default
   */
  public Token<T> update(UnaryOperator<T> function) {
    return set(Objects.requireNonNull(function, "function").apply(get()));
  }

  /**
   * Restores the value that this variable had before the {@link #set} that created the token, or
   * removes the variable if it was not set.
   *
   * <p>Tokens may be used in any order, each once. A reset that throws changes nothing: the token
   * can still be used where it is valid. O(1) if the context has not changed since that {@code
   * set}, else O(log32 n).
   *
   * @throws NullPointerException if the token is null
   * @throws TokenUsedException if the token was already used
   * @throws WrongVariableException if another variable's {@code set} created the token
   * @throws WrongContextException if the token was created in another context than the current one;
   *     a copy of that context is another one
   * @throws ContextContendedException if another task or thread has taken over the context on
   *     another thread
   */
  public void reset(Token<T> token) {
    Objects.requireNonNull(token, "token").contextToReset(this).reset(token);
  }

  /** Returns the hash that {@link Hamt#findIdentical} requires. */
  int spreadHash() {
    return spreadHash;
  }

  CopyPolicy copyPolicy() {
    return copyPolicy;
  }

  /** Returns a number that identifies this variable; numbers are given out in sequence. */
  @Override
  public int hashCode() {
    return hash;
  }

  /** Returns {@code <ContextVar name='a' at 0x1f>}, with the default if there is one. */
  @Override
  public String toString() {
    return Descriptions.variable(this, defaultValue);
  }
}
