// SPDX-License-Identifier: Apache-2.0
package dev.contextvars;

import java.util.Objects;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Makes a variable that does more than hold a value; {@link ContextVar#builder} begins one.
 *
 * <pre>{@code
 * static final ContextVar<Set<String>> SEEN =
 *     ContextVar.<Set<String>>builder("seen")
 *         .defaultSupplier(HashSet::new) // one a context
 *         .copyOnInherit(HashSet::new) // a copy of the context changes its own
 *         .build();
 * }</pre>
 *
 * <p>A context in which a variable was ever set that copies do not simply take over ({@link
 * #notInherited}, {@link #copyOnInherit}) keeps that variable, though not its value, for as long as
 * it lives: such variables too are to be constants.
 *
 * <p>A builder is for one thread; the variable it makes, for any. Of two calls of one method the
 * later one counts.
 *
 * @param <T> the type of the variable's values
 */
public final class ContextVarBuilder<T extends @Nullable Object> {
  private final String name;
  private T defaultValue;
  private @Nullable Supplier<? extends T> defaultSupplier;
  private boolean inherited = true;
  private @Nullable UnaryOperator<T> copier;
  private boolean redacted;

  @SuppressWarnings("unchecked") // whoever reads the field asks for MARK first
  ContextVarBuilder(String name) {
    this.name = Objects.requireNonNull(name, "name");
    this.defaultValue = (T) Absent.MARK;
  }

  /**
   * Gives the variable a default, which may be null, as the constructor of {@link ContextVar} does.
   *
   * @throws IllegalStateException if there is a default supplier
   */
  public ContextVarBuilder<T> defaultValue(T value) {
    requireUnset(defaultSupplier == null, "defaultValue", "defaultSupplier");
    defaultValue = value;
    return this;
  }

  /**
   * Lets the variable's default be computed, once for each context that asks for it.
   *
   * <p>The first {@link ContextVar#get()} where the variable is not bound calls the supplier and
   * binds the variable to its value; should the supplier bind the variable itself, that value
   * stays. An exception from the supplier comes out of the {@code get}, and nothing is bound. On a
   * thread without a context nothing can be bound: there the supplier is called each time. As it
   * binds, the first {@code get} is refused where a {@link ContextVar#set} would be because of
   * another task in the context.
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
   * Keeps the variable's value out of every copy of a context.
   *
   * @throws IllegalStateException if the value is to be copied
   */
  public ContextVarBuilder<T> notInherited() {
    requireUnset(copier == null, "notInherited", "copyOnInherit");
    inherited = false;
    return this;
  }

  /**
   * Gives each copy of a context a value made of the original's: for values that change.
   *
   * <p>The function is called on the thread that makes the copy, once a copy, where the variable is
   * bound, be it to null; the owner of the original may be changing the value meanwhile. An
   * exception from it comes out of {@link Context#copy} or whatever builder makes the copy, and the
   * original stays as it is. It may be called for a copy that is thrown away, as by
   * kotlinx.coroutines' {@code withContext}.
   *
   * @throws NullPointerException if the function is null
   * @throws IllegalStateException if the value is not to be inherited
   */
  public ContextVarBuilder<T> copyOnInherit(UnaryOperator<T> function) {
    Objects.requireNonNull(function, "function");
    requireUnset(inherited, "copyOnInherit", "notInherited");
    copier = function;
    return this;
  }

  /** Keeps the variable's values and default out of every text: they show as {@code <redacted>}. */
  public ContextVarBuilder<T> redacted() {
    redacted = true;
    return this;
  }

  /** Returns a new variable, another one at each call. */
  @SuppressWarnings("unchecked") // the copier gets values of this variable alone
  public ContextVar<T> build() {
    UnaryOperator<@Nullable Object> anyCopier =
        (UnaryOperator<@Nullable Object>) (UnaryOperator<?>) copier;
    return new ContextVar<>(
        name, defaultValue, new Policy(defaultSupplier, inherited, anyCopier, redacted));
  }

  private static void requireUnset(boolean unset, String wanted, String present) {
    if (!unset) {
      throw new IllegalStateException(
          wanted + " excludes " + present + ", which was called before");
    }
  }
}
