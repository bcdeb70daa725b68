// SPDX-License-Identifier: Apache-2.0
package dev.contextvars;

import dev.contextvars.hamt.Hamt;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a {@link Context} holds, and how the variables change it where it is current. */
abstract class ContextBindings extends ContextOwnership {
  private static final VarHandle BINDINGS;

  static {
    try {
      BINDINGS =
          MethodHandles.lookup().findVarHandle(ContextBindings.class, "bindings", Hamt.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  // Written with release by the thread that this context is current on, and read with acquire by
  // any: who sees a map sees whatever its values' owner did before the set. Maps are immutable.
  // The owner reads it plainly; from thread to thread it is handed on by what hands on the task.
  private Hamt<ContextVar<?>, @Nullable Object> bindings;

  // The keys are the variables that a copy does not simply take over: those bound when this was
  // copied, and those set since. Written before the bindings that need it, and read after them, so
  // that a copy made meanwhile misses none. A map, since even a racing reader sees a whole one.
  private Hamt<ContextVar<?>, @Nullable Object> special;

  ContextBindings(
      Hamt<ContextVar<?>, @Nullable Object> bindings,
      Hamt<ContextVar<?>, @Nullable Object> special,
      boolean ownOfThread) {
    super(ownOfThread);
    this.bindings = bindings;
    this.special = special;
    // The maps are not in final fields: without this, a thread that finds the context by a data
    // race could find it without them (issue 3).
    VarHandle.storeStoreFence();
  }

  // ---- for any thread ----

  @SuppressWarnings("unchecked") // the field's type
  final Hamt<ContextVar<?>, @Nullable Object> snapshot() {
    return (Hamt<ContextVar<?>, @Nullable Object>) BINDINGS.getAcquire(this);
  }

  /**
   * Returns a map whose keys are the variables with a policy for copies, all that an earlier {@link
   * #snapshot} can hold.
   */
  final Hamt<ContextVar<?>, @Nullable Object> special() {
    return special;
  }

  // ---- for the thread that this context is current on ----

  @SuppressWarnings("unchecked") // a variable of T is bound to a T alone
  final <T extends @Nullable Object> T find(ContextVar<T> variable, T fallback) {
    return (T) bindings.findIdentical(variable, variable.spreadHash(), fallback);
  }

  final <T extends @Nullable Object> Token<T> set(ContextVar<T> variable, T value) {
    requireWritable();
    Hamt<ContextVar<?>, @Nullable Object> before = bindings;
    Hamt<ContextVar<?>, @Nullable Object> after = before.assoc(variable, value);
    write(variable, after);
    return new Token<>(this, variable, before, after);
  }

  /** Sets several variables; another thread sees all of them set, or none. */
  final List<Token<?>> setAll(List<Bindings.Pair<?>> pairs) {
    requireWritable();
    List<Token<?>> tokens = new ArrayList<>(pairs.size());
    Hamt<ContextVar<?>, @Nullable Object> changed = bindings;
    for (Bindings.Pair<?> pair : pairs) {
      Token<?> token = pair.setIn(this, changed);
      tokens.add(token);
      noteIfSpecial(token.getVariable());
      changed = token.after();
    }
    BINDINGS.setRelease(this, changed);
    return tokens;
  }

  /**
   * Binds a variable to its computed default, unless the computation has bound it; returns its
   * value.
   */
  @SuppressWarnings("unchecked") // MARK is looked for before it is taken for a T
  final <T extends @Nullable Object> T bindDefault(ContextVar<T> variable, T value) {
    T bound = find(variable, (T) Absent.MARK);
    if (bound != Absent.MARK) {
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
    if (!token.use(isHeldAlone())) {
      throw new TokenUsedException(token);
    }
    write(token.getVariable(), token.undo(bindings));
  }

  /** Resets with all tokens of one {@link #setAll}, the last first, or refuses and uses none. */
  final void resetAll(List<Token<?>> tokens) {
    requireWritable();
    Hamt<ContextVar<?>, @Nullable Object> changed = bindings;
    for (int i = tokens.size() - 1; i >= 0; i--) {
      Token<?> token = tokens.get(i);
      if (!token.use(isHeldAlone())) {
        throw new TokenUsedException(token); // the very first: who uses that one uses them all
      }
      changed = token.undo(changed);
    }
    BINDINGS.setRelease(this, changed);
  }

  /** Resets with a token of this context if it can, and returns whether it did. */
  final boolean tryReset(Token<?> token) {
    if (rival() != null || !token.use(isHeldAlone())) {
      return false;
    }
    write(token.getVariable(), token.undo(bindings));
    return true;
  }

  private void write(ContextVar<?> variable, Hamt<ContextVar<?>, @Nullable Object> changed) {
    noteIfSpecial(variable);
    BINDINGS.setRelease(this, changed);
  }

  private void noteIfSpecial(ContextVar<?> variable) {
    if (!variable.policy().isCarriedOver()) {
      special = special.assoc(variable, true); // any value: the key is what counts
    }
  }
}
