// SPDX-License-Identifier: Apache-2.0
package dev.contextvars;

import dev.contextvars.hamt.Hamt;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * A handle that restores the value that a variable had before a {@link ContextVar#set} (PEP 567,
 * {@code Token}).
 *
 * <pre>{@code
 * try (Token<Locale> token = LOCALE.set(Locale.FRENCH)) {
 *   print(invoice);
 * } // LOCALE has its previous value again
 * }</pre>
 *
 * <p>A token can be used for one reset, in the context in which it was created. It retains all
 * values that the context had just before and just after the set, so do not keep many tokens. A
 * token may be passed to another thread; of two threads that use it at the same time, exactly one
 * succeeds.
 *
 * @param <T> the type of the variable's values
 */
public final class Token<T extends @Nullable Object> implements AutoCloseable {
  /**
   * The value that {@link #getOldValue} returns if the variable was not set; its {@code toString}
   * is {@code <Token.MISSING>}.
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

  private final ContextState context;
  private final ContextVar<T> variable;

  // The maps before and after the set. If the context has not changed since, a reset writes the
  // first.
  private final Hamt<ContextVar<?>, @Nullable Object> before;
  private final Hamt<ContextVar<?>, @Nullable Object> after;

  // Changes from false to true once; by compare-and-set if two threads may try, so that one
  // succeeds.
  private volatile boolean used;

  Token(
      ContextState context,
      ContextVar<T> variable,
      Hamt<ContextVar<?>, @Nullable Object> before,
      Hamt<ContextVar<?>, @Nullable Object> after) {
    this.context = context;
    this.variable = variable;
    this.before = before;
    this.after = after;
  }

  /** Returns the variable whose {@code set} created this token. */
  public ContextVar<T> getVariable() {
    return variable;
  }

  /**
   * Returns the value before the set, which may be null, or {@link #MISSING} if the variable was
   * not set; also works after the token is used. O(log32 n).
   */
  public @Nullable Object getOldValue() {
    return before.findIdentical(variable, variable.spreadHash(), MISSING);
  }

  /**
   * Resets the variable with this token, as Python 3.14 does at the end of {@code with
   * var.set(value):}.
   *
   * @throws TokenUsedException if the token was already used
   * @throws WrongContextException if the token was not created in the current context; it stays
   *     usable
   * @throws ContextContendedException if another task or thread has taken over the context on
   *     another thread; the token stays usable
   */
  @Override
  public void close() {
    variable.reset(this);
  }

  /**
   * Resets the variable if {@link ContextVar#reset} would succeed, and returns whether it did;
   * never throws. If it returns false, nothing has changed.
   *
   * <p>Intended for cleanup code, which does not need the reason of a failure.
   */
  public boolean tryReset() {
    return !used
        && ThreadState.current() == context
        && !ThreadState.isSetRejected()
        && context.tryReset(this);
  }

  /**
   * Returns the context in which to reset the variable, after the checks of CPython in the same
   * order.
   */
  ContextState contextToReset(ContextVar<?> by) {
    if (used) {
      throw FlightEvents.misuse(new TokenUsedException(this));
    }
    if (variable != by) {
      throw FlightEvents.misuse(new WrongVariableException(this));
    }
    ThreadState.checkReset(context, this);
    return context;
  }

  /**
   * Marks this token as used; returns false if it already was, possibly by a concurrent thread.
   *
   * @param confined whether no other thread can use it now
   */
  boolean use(boolean confined) {
    if (!confined) {
      return USED.compareAndSet(this, false, true);
    }
    boolean first = !used;
    USED.setRelease(this, true); // a compare-and-set costs a third of SetReset.contextvars
    return first;
  }

  /** Returns the map of the token's context just after the token's set. */
  Hamt<ContextVar<?>, @Nullable Object> after() {
    return after;
  }

  /** Returns the given map of the token's context with the token's set undone. */
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
    return Descriptions.numbered("<Token" + (used ? " used" : "") + " var=" + variable, this);
  }
}
