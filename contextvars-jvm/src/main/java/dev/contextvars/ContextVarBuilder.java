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
 *         .copyWith(HashSet::new) // each copy of the context gets its own set
 *         .build();
 * }</pre>
 *
 * <p>A context in which a variable with a copy policy was set retains the variable as long as the
 * context lives, even after a reset. It does not retain the value. Such variables should therefore
 * be constants, too.
 *
 * <p>A builder is not thread-safe. If a method is called more than once, the last call wins.
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
   * Sets a supplier that computes the variable's default, once for each context.
   *
   * <p>The first {@link ContextVar#get()} in a context in which the variable is not set calls the
   * supplier, and sets the variable to the result. It therefore throws what {@link ContextVar#set}
   * would throw. If the supplier itself sets the variable, that value is kept. If the supplier
   * throws, the exception propagates and the variable stays unset. Without a current context the
   * variable cannot be set, so each {@code get} calls the supplier.
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
   * Excludes the variable from copies: it is not set in a copy of a context.
   *
   * @throws IllegalStateException if {@link #copyWith} was called
   */
  public ContextVarBuilder<T> excludeFromCopies() {
    requireUnset(isSharedOr(CopyPolicy.EXCLUDE), "excludeFromCopies", "copyWith");
    copyPolicy = CopyPolicy.EXCLUDE;
    return this;
  }

  /**
   * Sets a function that computes the value in a copy from the value in the original. Intended for
   * mutable values.
   *
   * <p>The function is called on the thread that creates the copy, once for each copy, if the
   * variable is set, including to null. It must be safe to call while the owner of the original
   * changes the value. If it throws, the exception propagates to the code that creates the copy,
   * and the original is unchanged. It may also be called for a copy that is never used, as
   * kotlinx.coroutines' {@code withContext} creates.
   *
   * @throws NullPointerException if the function is null
   * @throws IllegalStateException if {@link #excludeFromCopies} was called
   */
  @SuppressWarnings("unchecked") // the function is applied only to values of this variable
  public ContextVarBuilder<T> copyWith(UnaryOperator<T> function) {
    Objects.requireNonNull(function, "function");
    requireUnset(copyPolicy != CopyPolicy.EXCLUDE, "copyWith", "excludeFromCopies");
    copyPolicy = CopyPolicy.copyWith((UnaryOperator<@Nullable Object>) (UnaryOperator<?>) function);
    return this;
  }

  /**
   * Hides the variable's values and default in messages, which contain {@code <redacted>} instead.
   */
  public ContextVarBuilder<T> redacted() {
    redacted = true;
    return this;
  }

  /** Returns a new variable; each call returns a different one. */
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
