// SPDX-License-Identifier: Apache-2.0
package dev.contextvars;

import dev.contextvars.hamt.Hamt;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** What a {@link Context} holds, and how the variables change it where it is current. */
abstract class ContextBindings extends ContextOwnership {
  private static final VarHandle BINDINGS;
  private static final ContextVar<?>[] NONE = new ContextVar<?>[0];

  static {
    try {
      BINDINGS =
          MethodHandles.lookup().findVarHandle(ContextBindings.class, "bindings", Hamt.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  // Written with release by the thread that this context is current on, and read with acquire by
  // any:
  // who sees a map sees whatever its values' owner did before the set. Maps themselves are
  // immutable.
  // The owner reads it plainly; from thread to thread it is handed on by what hands on the task.
  private Hamt<ContextVar<?>, @Nullable Object> bindings;

  // The variables set here, or where this was copied from, that a copy does not simply take over.
  // Written
  // before the bindings that need it, and read after them. Empty for nearly all contexts.
  private ContextVar<?>[] special = NONE;

  ContextBindings(Hamt<ContextVar<?>, @Nullable Object> bindings) {
    this.bindings = bindings;
  }

  // ---- for any thread ----

  @SuppressWarnings("unchecked") // the field's type
  final Hamt<ContextVar<?>, @Nullable Object> snapshot() {
    return (Hamt<ContextVar<?>, @Nullable Object>) BINDINGS.getAcquire(this);
  }

  /**
   * Returns the variables with a policy for copies, all that the last {@link #snapshot} can hold.
   */
  final ContextVar<?>[] special() {
    return special;
  }

  // ---- for the thread that this context is current on ----

  @SuppressWarnings("unchecked") // a variable of T is bound to a T alone
  final <T extends @Nullable Object> T find(ContextVar<T> variable, T fallback) {
    return (T) bindings.findIdentical(variable, variable.hashCode(), fallback);
  }

  final <T extends @Nullable Object> Token<T> set(ContextVar<T> variable, T value) {
    requireWritable();
    Hamt<ContextVar<?>, @Nullable Object> before = bindings;
    Hamt<ContextVar<?>, @Nullable Object> after = before.assoc(variable, value);
    write(variable, after);
    return new Token<>(this, variable, before, after);
  }

  /**
   * Binds a variable to its computed default, unless the computation has bound it; returns its
   * value.
   */
  @SuppressWarnings("unchecked") // MISSING is looked for before it is taken for a T
  final <T extends @Nullable Object> T bindDefault(ContextVar<T> variable, T value) {
    T bound = find(variable, (T) Token.MISSING);
    if (bound != Token.MISSING) {
      return bound;
    }
    requireWritable();
    write(variable, bindings.assoc(variable, value));
    return value;
  }

  /**
   * Resets with a token of this context, refusing one that another thread has used up meanwhile.
   */
  final void reset(Token<?> token) {
    requireWritable();
    if (!token.use()) {
      throw new TokenUsedException(token);
    }
    write(token.getVariable(), token.undo(bindings));
  }

  /** Does the same if it can; returns whether it did. */
  final boolean tryReset(Token<?> token) {
    if (rival() != null || !token.use()) {
      return false;
    }
    write(token.getVariable(), token.undo(bindings));
    return true;
  }

  private void write(ContextVar<?> variable, Hamt<ContextVar<?>, @Nullable Object> changed) {
    if (!variable.policy().isCarriedOver()) {
      noteSpecial(variable);
    }
    BINDINGS.setRelease(this, changed);
  }

  final void noteSpecial(ContextVar<?>... variables) {
    for (ContextVar<?> variable : variables) {
      if (!Arrays.asList(special).contains(variable)) {
        ContextVar<?>[] more = Arrays.copyOf(special, special.length + 1);
        more[special.length] = variable;
        special = more;
      }
    }
  }
}
