// SPDX-License-Identifier: Apache-2.0
package dev.contextvars;

import dev.contextvars.hamt.Hamt;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link ContextVar#set} leaves behind: the way back to the value before it (PEP 567, {@code
 * Token}).
 *
 * <pre>{@code
 * try (Token<Locale> token = LOCALE.set(Locale.FRENCH)) {
 *   print(invoice);
 * } // LOCALE is what it was before
 * }</pre>
 *
 * <p>A token is good for one reset, in the context it was made in. It keeps alive what the context
 * held just before and just after its set, so do not collect tokens.
 *
 * @param <T> the type of the variable's values
 */
public final class Token<T extends @Nullable Object> implements AutoCloseable {
  /**
   * What {@link #getOldValue} gives when the variable had no value; prints {@code <Token.MISSING>}.
   */
  public static final Object MISSING =
      new Object() {
        @Override
        public String toString() {
          return "<Token.MISSING>";
        }
      };

  private static final VarHandle USED;

  static {
    try {
      USED = MethodHandles.lookup().findVarHandle(Token.class, "used", boolean.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final ContextBindings context;
  private final ContextVar<T> variable;

  // The maps around the set: where nothing changed since, reset is a step back from one to the
  // other.
  private final Hamt<ContextVar<?>, @Nullable Object> before;
  private final Hamt<ContextVar<?>, @Nullable Object> after;

  // Goes from false to true once, by compare-and-set where two threads may try: one of them wins.
  private volatile boolean used;

  Token(
      ContextBindings context,
      ContextVar<T> variable,
      Hamt<ContextVar<?>, @Nullable Object> before,
      Hamt<ContextVar<?>, @Nullable Object> after) {
    this.context = context;
    this.variable = variable;
    this.before = before;
    this.after = after;
  }

  /** Returns the variable whose {@code set} made this token. */
  public ContextVar<T> getVariable() {
    return variable;
  }

  /**
   * Returns the value before the set, which may be null, or {@link #MISSING}; it stays readable
   * after use.
   */
  public @Nullable Object getOldValue() {
    return before.findIdentical(variable, variable.spreadHash(), MISSING);
  }

  /**
   * Resets the variable with this token: PEP 567's {@code with var.set(value):} of Python 3.14.
   *
   * @throws TokenUsedException if the token was used before
   * @throws WrongContextException if the token was made in another context than the current one; it
   *     stays usable there
   * @throws ContextContendedException as {@link ContextVar#reset}; the token stays usable
   */
  @Override
  public void close() {
    variable.reset(this);
  }

  /**
   * Resets the variable if this token can do it here and now, and says whether it did; never
   * throws.
   *
   * <p>For clean-up code, which has no use for the reason of a refusal.
   */
  public boolean tryReset() {
    return !used && CurrentContext.get() == context && context.tryReset(this);
  }

  /**
   * Returns the context to reset the variable in, or refuses, with CPython's checks in their order.
   */
  ContextBindings requireUsable(ContextVar<?> by) {
    if (used) {
      throw new TokenUsedException(this);
    }
    if (variable != by) {
      throw new WrongVariableException(this);
    }
    if (CurrentContext.get() != context) {
      throw new WrongContextException(this);
    }
    return context;
  }

  /**
   * Uses the token up; false when it was used before, be it by another thread this very moment.
   *
   * @param alone whether no other thread can be about to, by {@link ContextOwnership#isHeldAlone}
   */
  boolean use(boolean alone) {
    if (!alone) {
      return USED.compareAndSet(this, false, true);
    }
    boolean first = !used;
    USED.setRelease(this, true); // a third of the time of SetReset.contextvars, and its token
    return first;
  }

  /** Returns the map of the token's context just after the token's set. */
  Hamt<ContextVar<?>, @Nullable Object> after() {
    return after;
  }

  /** Returns the given map of the token's context as it is without the token's set. */
  Hamt<ContextVar<?>, @Nullable Object> undo(Hamt<ContextVar<?>, @Nullable Object> current) {
    if (current == after) {
      return before;
    }
    Object old = before.find(variable, Absent.MARK);
    return old == Absent.MARK ? current.without(variable) : current.assoc(variable, old);
  }

  /**
   * Returns {@code <Token var=<ContextVar name='a' at 0x1f> at 0x2a>}, with {@code used} after use.
   */
  @Override
  public String toString() {
    String number = Integer.toHexString(System.identityHashCode(this));
    return "<Token" + (used ? " used" : "") + " var=" + variable + " at 0x" + number + ">";
  }
}
