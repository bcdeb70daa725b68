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
 * <p>Declare it once, as a constant, because a context keeps the variables that are set in it
 * alive.
 *
 * <pre>{@code
 * static final ContextVar<String> TENANT = new ContextVar<>("tenant");
 *
 * try (var token = TENANT.set("acme")) {
 *   TENANT.get(); // acme, in every method called from here
 * }
 * }</pre>
 *
 * <p>Variables are compared by identity: two variables with the same name are different. A variable
 * is immutable, and may be used by any thread.
 *
 * @param <T> the type of the values; nullable if null is a valid value
 */
public final class ContextVar<T extends @Nullable Object> {
  private static final AtomicInteger CREATED = new AtomicInteger();

  static {
    ThreadState.initialize();
  }

  private final String name;
  private final T defaultValue; // Absent.MARK means "no default", because null is a valid default
  private final @Nullable Supplier<? extends T> defaultSupplier;
  private final CopyPolicy copyPolicy;
  private final boolean redacted;

  // Sequential numbers: any 32 consecutive variables have different slots in the root of a map.
  private final int hash = CREATED.incrementAndGet();

  // Precomputed, because each read needs it; saves two instructions per read.
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
   * Creates a variable with a default, which may be null: {@link #get()} returns it if the variable
   * is not set.
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
   * Creates a variable whose default is computed, and set, by the first {@link #get()} in each
   * context, like that of {@link ThreadLocal#withInitial} in each thread.
   *
   * <pre>{@code
   * static final ContextVar<List<String>> WARNINGS = ContextVar.withInitial("warnings", ArrayList::new);
   * }</pre>
   *
   * <p>See {@link ContextVarBuilder#defaultSupplier(Supplier)} for when the supplier is called.
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

  /** Returns the name, which is used only in messages. Names need not be unique. */
  public String getName() {
    return name;
  }

  /** Returns whether the values are hidden in messages; exporters must not export them. */
  public boolean isRedacted() {
    return redacted;
  }

  /**
   * Returns the value in the current context, or the default if the variable is not set; O(log32 n)
   * for n variables in the context.
   *
   * <p>If the default is computed ({@link ContextVarBuilder#defaultSupplier(Supplier)}), the first
   * call in a context sets the variable, and throws what {@link #set} throws.
   *
   * @throws UnboundVariableException if the variable is not set and has no default
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
    // Without a current context nothing is set. The supplier may have set the variable itself.
    return ThreadState.current() == null || isSet() ? get(value) : bind(value);
  }

  private T bind(T value) {
    ThreadState.currentToChange(this).bind(this, value, "initial");
    return value;
  }

  /**
   * Returns the value in the current context, or the fallback if the variable is not set; the
   * default is not used. Costs the same as {@link #get()}.
   */
  public T get(T fallback) {
    Context context = ThreadState.current();
    return context == null ? fallback : context.find(this, fallback);
  }

  /**
   * Returns the value in the current context, or the default if the variable is not set, or null if
   * it has no default. Costs the same as {@link #get()}.
   *
   * <p>Intended for a {@code ContextVar<String>} in Kotlin, for which {@code get(null)} does not
   * compile.
   */
  public @Nullable T getOrNull() {
    return defaultValue == Absent.MARK && defaultSupplier == null && !isSet() ? null : get();
  }

  /**
   * Returns whether this variable is set in the current context, including when its value is null.
   * Costs the same as {@link #get()}.
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
   * <p>If the thread has no current context, an implicit one is created, which the thread keeps
   * until it terminates. Copies created earlier do not see the change; copies created later do. The
   * value may be null if {@code T} is nullable. O(log32 n) for n variables in the context.
   *
   * @return a new token, even if the value is the same as before; valid for one {@link #reset} in
   *     the same context
   * @throws ContextRequiredException if this code has no context and must not create one, because
   *     the next code on the thread would see the value (a shared thread, or a coroutine without a
   *     context element); nothing is set
   * @throws ContextContendedException if another task or thread has taken over the context on
   *     another thread; nothing is set
   */
  public Token<T> set(T value) {
    return ThreadState.currentToChange(this).set(this, value);
  }

  /**
   * Sets this variable in the current context to the result of applying the function to its value,
   * or to its default if it is not set.
   *
   * <pre>{@code
   * try (var token = DEPTH.update(depth -> depth + 1)) { … }
   * }</pre>
   *
   * <p>Costs as much as {@link #get()} and {@link #set}, and throws what they throw. If the
   * function throws, the exception propagates and the variable is unchanged.
   *
   * @return a new token, as {@link #set} does
   * @throws NullPointerException if the function is null
   * @throws UnboundVariableException if the variable is not set and has no default
   */
  public Token<T> update(UnaryOperator<T> function) {
    return set(Objects.requireNonNull(function, "function").apply(get()));
  }

  /**
   * Restores the value that this variable had before the {@link #set} that created the token, or
   * removes the variable if it was not set.
   *
   * <p>Tokens may be used in any order, each once. A reset that throws changes nothing, and does
   * not use the token. O(1) if the context has not changed since that {@code set}, otherwise
   * O(log32 n).
   *
   * @throws NullPointerException if the token is null
   * @throws TokenUsedException if the token was already used
   * @throws WrongVariableException if another variable's {@code set} created the token
   * @throws WrongContextException if the token was not created in the current context; a copy is a
   *     different context
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

  /** Returns this variable's sequence number. */
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
