// SPDX-License-Identifier: Apache-2.0
package dev.contextvars;

import java.util.Objects;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Builds a variable with a computed default, a copy policy, or redacted values; see {@link
 * ContextVar#builder}.
 *
 * <pre>{@code
 * static final ContextVar<Set<String>> SEEN =
 *     ContextVar.<Set<String>>builder("seen")
 *         .defaultSupplier(HashSet::new) // one for each context
 *         .copyWith(HashSet::new) // a copy of the context changes a set of its own
 *         .build();
 * }</pre>
 *
 * <p>A context in which a variable with a copy policy was ever set keeps that variable, but not its
 * value, as long as the context lives. Such variables should be constants, too.
 *
 * <p>A builder must be used by one thread. If a function is called twice, the last call wins.
 *
 * @param <T> the type of the variable's values
 */
public final class ContextVarBuilder<T extends @Nullable Object> {
  private final String name;
  private T defaultValue;
  private @Nullable Supplier<? extends T> defaultSupplier;
  private CopyPolicy copyPolicy = CopyPolicy.SHARE;
  private boolean redacted;

  @SuppressWarnings("unchecked") // readers check for MARK before they use the value as a T
  ContextVarBuilder(String name) {
    this.name = Objects.requireNonNull(name, "name");
    this.defaultValue = (T) Absent.MARK;
  }

  /**
   * Sets the variable's default, which may be null, as the constructor of {@link ContextVar} does.
   *
   * @throws IllegalStateException if there is a default supplier
   */
  public ContextVarBuilder<T> defaultValue(T value) {
    requireUnset(defaultSupplier == null, "defaultValue", "defaultSupplier");
    defaultValue = value;
    return this;
  }

  /**
   * Sets a supplier that computes the variable's default, once for each context that asks for it.
   *
   * <p>The first {@link ContextVar#get()} where the variable is not set calls the supplier and
   * binds the variable to its value. If the supplier itself sets the variable, that value stays. If
   * the supplier throws, the exception propagates and nothing is bound. On a thread without a
   * context nothing can be bound: there the supplier is called each time. Because it binds, the
   * first {@code get} throws what a {@link ContextVar#set} in that context would throw.
   *
   * @throws NullPointerException if the supplier is null
   * @throws IllegalStateException if there is a default value
   */
  public ContextVarBuilder<T> defaultSupplier(Supplier<? extends T> supplier) {
    Objects.requireNonNull(supplier, "supplier");
    requireUnset(defaultValue == Absent.MARK, "defaultSupplier", "defaultValue");
    defaultSupplier = supplier;
    return this;
  }

  /**
   * Excludes the variable from every copy of a context: a copy does not have it.
   *
   * @throws IllegalStateException if {@link #copyWith} was called
   */
  public ContextVarBuilder<T> excludeFromCopies() {
    requireUnset(isSharedOr(CopyPolicy.EXCLUDE), "excludeFromCopies", "copyWith");
    copyPolicy = CopyPolicy.EXCLUDE;
    return this;
  }

  /**
   * Sets the function that computes a copy's value from the original's; for mutable values.
   *
   * <p>The function is called on the thread that makes the copy, once for each copy, if the
   * variable is set, also to null. The owner of the original may be changing the value at the same
   * time. If the function throws, the exception propagates from {@link Context#copy} or from
   * whatever makes the copy, and the original is unchanged. It may be called for a copy that is not
   * used, as in kotlinx.coroutines' {@code withContext}.
   *
   * @throws NullPointerException if the function is null
   * @throws IllegalStateException if {@link #excludeFromCopies} was called
   */
  @SuppressWarnings("unchecked") // the function gets values of this variable only
  public ContextVarBuilder<T> copyWith(UnaryOperator<T> function) {
    Objects.requireNonNull(function, "function");
    requireUnset(copyPolicy != CopyPolicy.EXCLUDE, "copyWith", "excludeFromCopies");
    copyPolicy = CopyPolicy.copyWith((UnaryOperator<@Nullable Object>) (UnaryOperator<?>) function);
    return this;
  }

  /** Hides the variable's values and default in every text: they appear as {@code <redacted>}. */
  public ContextVarBuilder<T> redacted() {
    redacted = true;
    return this;
  }

  /** Returns a new variable, a different one for each call. */
  public ContextVar<T> build() {
    return new ContextVar<>(name, defaultValue, defaultSupplier, copyPolicy, redacted);
  }

  private boolean isSharedOr(CopyPolicy policy) {
    return copyPolicy == CopyPolicy.SHARE || copyPolicy == policy;
  }

  private static void requireUnset(boolean unset, String wanted, String present) {
    if (!unset) {
      throw new IllegalStateException(
          wanted + " excludes " + present + ", which was called before");
    }
  }
}
