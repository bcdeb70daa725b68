// SPDX-License-Identifier: Apache-2.0
package dev.contextvars;

import dev.contextvars.hamt.Hamt;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The state of a {@link Context}: its bindings, its owner, and their atomic transitions.
 *
 * <p>It is a superclass of {@code Context} instead of a field, so that a copy allocates one object.
 */
abstract class ContextState {
  /*
   * Purpose of the owner
   *
   * A context belongs to one logical task. `owner` records which task has it now. Two threads can
   * therefore never enter one context, and code that lost a context can no longer change it. Reads
   * need no owner: the bindings are an immutable map, which any thread may read at any time.
   *
   *   null           Free: not entered by a thread, and not claimed by a task.
   *   Thread         Entered by that thread with run, call, execute or enter, until it exits.
   *   ContextLease   Claimed by a task that moves between threads, such as a coroutine. The lease has
   *                  the cell of the thread that attached it last. The task runs on that thread while
   *                  the lease is attached in the cell, and is suspended otherwise.
   *
   * Contexts that only one task can reach (the copy created for a child coroutine) are attached
   * without a lease. They stay free.
   *
   * Transitions
   *
   *   null -> Thread    tryOwn: compare-and-set, so that exactly one of two threads succeeds.
   *   Lease -> Thread   tryOwn, unless the task runs on the calling thread. The task may be suspended
   *                     or may run on another thread. The two cannot be distinguished, because a
   *                     thread detaches after the next thread has attached.
   *   Thread -> null    release, by the owner thread only, which first clears `previous`.
   *   null -> Lease     tryClaim, also from another Lease: the task that resumed last is the owner.
   *   Lease -> null     forget, when the task is completed or its lease closed.
   *
   * A suspended task keeps its claim: detach changes the thread's cell only. It must change neither
   * the owner nor the lease. The task may already run on the next thread, and a late detach on the
   * first one would clear its claim: the task could enter its own context again, and another task
   * could write to it. A dispatch on the same thread therefore needs no fence.
   *
   * Guarantees
   *
   *   Two threads never enter one context at the same time. A rejected transition changes nothing.
   *   A write is rejected if another task is known to be in the context when the write begins. The
   *   check is not a lock: of two concurrent writes, one may be lost.
   *
   * Happens-before
   *
   *   `owner` is volatile. The release that frees a context happens-before the compare-and-set that
   *   takes it next, so the next owner sees everything that the previous one did. A context that is
   *   created for a task of an executor has its owner from the constructor, without compare-and-set.
   *   A lease's cell is written with release before the owner and read after it, so a reader of the
   *   owner sees the claiming thread's cell. What that cell has is read without synchronization: it
   *   is checked before a write, and the answer may be one that was right a moment earlier.
   *   `bindings` is written with release and read with acquire: a thread that reads a map sees
   *   everything that its writer did before the set.
   *   `usedWithoutEntering` and `owner` are volatile: one thread marks the context and then reads the
   *   owner, another one takes the context and then reads the mark. At least one sees the other.
   *
   * How it is checked
   *
   *   OwnershipModelSpec checks the transitions with Lincheck, in sequentially consistent
   *   interleavings. The tests in contextvars-jvm/stress run with real reorderings. On x86 they find
   *   a plain `usedWithoutEntering` (TokenStress.SharedOrOwned). Four other mistakes have no effect
   *   that a test could find with HotSpot on x86, which keeps loads in order and stores in order.
   *   Only MemoryOrderSpec finds them, in the class files:
   *
   *   No fence in the constructor. HotSpot ends it with one, because `implicit` is final. If it were
   *     not final, PublicationStress.NewContext would find the mistake, on x86 and on ARM.
   *   `bindings` written plainly. A set builds a map with final fields, whose constructor ends in a
   *     barrier, and a reset writes its token first with release. ARM: ReadingStress.BeforeReset.
   *   `owner` not volatile. Each read is next to a compare-and-set or to a volatile access, and a
   *     volatile write is a full fence on x86. ARM: TokenStress.SharedOrOwned.
   *   `owner` written plainly in `release`. `exit` has just read the volatile owner, so the compiler
   *     does not move the body's writes. ARM: EnterStress.NextSeesAll and OneAtATime.
   */
  private static final VarHandle OWNER;
  private static final VarHandle BINDINGS;

  static {
    try {
      MethodHandles.Lookup lookup = MethodHandles.lookup();
      OWNER = lookup.findVarHandle(ContextState.class, "owner", Object.class);
      BINDINGS = lookup.findVarHandle(ContextState.class, "bindings", Hamt.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
    ThreadState.initialize();
  }

  // Written with release by the thread that this context is current on, read with acquire by any.
  // That thread itself reads it plainly: passing the task to the thread is a happens-before edge.
  private Hamt<ContextVar<?>, @Nullable Object> bindings;

  // The keys are the variables with a copy policy that were set when this context was created as a
  // copy, or that have been set since. Written before the bindings that need it and read after
  // them, so that a concurrent copy misses none. Racy reads are safe, because maps are immutable.
  private Hamt<ContextVar<?>, @Nullable Object> copyPolicyKeys;

  // See the essay above. Not private: ThreadState clears it without a call when the stack is full.
  volatile @Nullable Object owner;

  // The context that was current on the owner thread before it entered this one. Only the owner
  // thread reads or writes it; release and compare-and-set of the owner order the accesses of
  // successive owners.
  @Nullable Context previous;

  // Whether code may run in this context without having entered it: it is a thread's implicit
  // context, or was attached or swapped in. Volatile: written before the owner is read, and read
  // after the owner is written, so that at least one of two threads sees the other.
  private volatile boolean usedWithoutEntering;

  private final boolean implicit;

  ContextState(
      Hamt<ContextVar<?>, @Nullable Object> bindings,
      Hamt<ContextVar<?>, @Nullable Object> copyPolicyKeys,
      boolean implicit,
      @Nullable Thread owner) {
    this.implicit = implicit;
    if (owner != null) {
      OWNER.set(this, owner); // plain: no other code can reach this context yet
    }
    if (implicit) { // a volatile write would cost each copy a full fence
      this.usedWithoutEntering = true;
    }
    this.bindings = bindings;
    this.copyPolicyKeys = copyPolicyKeys;
    // The maps are not in final fields. Without this fence, a thread that reads this context
    // through a data race could see them as null.
    VarHandle.storeStoreFence();
  }

  /**
   * Returns whether this context was created implicitly, by a set on a thread without a context.
   */
  final boolean isImplicit() {
    return implicit;
  }

  // ---- owner ----

  /**
   * Tries to make the calling thread the owner; returns false if the context is in use.
   *
   * @param cell the calling thread's cell
   * @param task the innermost attachment of the calling thread
   */
  final boolean tryOwn(Thread caller, @Nullable Object[] cell, @Nullable Object task) {
    if (task instanceof ContextLease lease && lease.isInside(this)) {
      return false;
    }
    Object holder;
    do {
      holder = owner;
      if (holder instanceof Thread
          || (holder != null && ((ContextLease) holder).isActiveIn(cell))) {
        return false;
      }
    } while (!OWNER.compareAndSet(this, holder, caller));
    return true;
  }

  /** Frees this context; the calling thread must be the owner. */
  final void release() {
    OWNER.setRelease(this, null);
  }

  /** Tries to make a lease the owner; returns false if a thread has entered this context. */
  final boolean tryClaim(ContextLease lease) {
    Object holder;
    do {
      holder = owner;
      if (holder == lease) {
        return true;
      }
      if (holder instanceof Thread) {
        return false;
      }
    } while (!OWNER.compareAndSet(this, holder, lease));
    return true;
  }

  /** Returns whether a thread has entered this context. */
  final boolean isEntered() {
    return owner instanceof Thread;
  }

  /** Frees this context from a lease whose task is completed, if the lease still claims it. */
  final void forget(ContextLease lease) {
    if (owner == lease) {
      OWNER.compareAndSet(this, lease, null);
    }
  }

  /** Records that this context becomes current for code that does not enter it. */
  final void markUsedWithoutEntering() {
    if (!usedWithoutEntering) { // a volatile read is cheaper than a volatile write
      usedWithoutEntering = true;
    }
  }

  /**
   * Returns whether no other thread can be changing this context: the calling thread has entered
   * it, and it never became current in any other way.
   */
  private boolean isConfinedToCaller() {
    return !usedWithoutEntering && owner == Thread.currentThread();
  }

  /**
   * Returns the thread of the owner that conflicts with a write by the caller, or null if there is
   * no conflict.
   *
   * @param cell the calling thread's cell
   * @param task the innermost attachment of the calling thread
   */
  final @Nullable Thread conflictingOwner(
      Thread caller, @Nullable Object[] cell, @Nullable Object task) {
    Object holder = owner;
    if (holder == null || holder == caller || holder == task) {
      return null;
    }
    if (holder instanceof Thread thread) {
      return thread;
    }
    // Tasks that are interleaved on one thread cannot race.
    return ((ContextLease) holder).otherThread(cell);
  }

  // ---- bindings, for any thread ----

  @SuppressWarnings("unchecked") // the field's type
  final Hamt<ContextVar<?>, @Nullable Object> snapshot() {
    return (Hamt<ContextVar<?>, @Nullable Object>) BINDINGS.getAcquire(this);
  }

  /**
   * Returns a map whose keys include every variable with a copy policy that an earlier {@link
   * #snapshot} holds.
   */
  final Hamt<ContextVar<?>, @Nullable Object> copyPolicyKeys() {
    return copyPolicyKeys;
  }

  /** Returns the variable's value, or {@link Token#MISSING} if it is not set. */
  final @Nullable Object valueOrMissing(ContextVar<?> variable) {
    return snapshot().findIdentical(variable, variable.spreadHash(), Token.MISSING);
  }

  // ---- bindings, for the thread that this context is current on ----

  @SuppressWarnings("unchecked") // a variable of T is bound to a T only
  final <T extends @Nullable Object> T find(ContextVar<T> variable, T fallback) {
    return (T) bindings.findIdentical(variable, variable.spreadHash(), fallback);
  }

  final <T extends @Nullable Object> Token<T> set(ContextVar<T> variable, T value) {
    Hamt<ContextVar<?>, @Nullable Object> before = bindings;
    Hamt<ContextVar<?>, @Nullable Object> after = before.assoc(variable, value);
    write(variable, after);
    Token<T> token = new Token<>(this, variable, before, after);
    FlightEvents.set(this, variable, value, "set");
    return token;
  }

  /** Sets several variables; another thread sees all of them set, or none. */
  final List<Token<?>> setAll(List<Bindings.Entry<?>> entries) {
    List<Token<?>> tokens = new ArrayList<>(entries.size());
    Hamt<ContextVar<?>, @Nullable Object> changed = bindings;
    for (Bindings.Entry<?> entry : entries) {
      Token<?> token = entry.tokenIn(this, changed);
      tokens.add(token);
      recordCopyPolicy(token.getVariable());
      changed = token.after();
    }
    BINDINGS.setRelease(this, changed);
    FlightEvents.setAll(this, entries);
    return tokens;
  }

  /**
   * Binds a variable without a token.
   *
   * @param kind how, for the flight recorder
   */
  final <T extends @Nullable Object> void bind(ContextVar<T> variable, T value, String kind) {
    write(variable, bindings.assoc(variable, value));
    FlightEvents.set(this, variable, value, kind);
  }

  /** Resets with a token of this context; throws if another thread has just used the token. */
  final void reset(Token<?> token) {
    if (!tryReset(token)) {
      throw FlightEvents.misuse(new TokenUsedException(token));
    }
  }

  /** Resets with all tokens of one {@link #setAll}, in reverse order, or throws and uses none. */
  final void resetAll(List<Token<?>> tokens) {
    Hamt<ContextVar<?>, @Nullable Object> changed = bindings;
    for (int i = tokens.size() - 1; i >= 0; i--) {
      Token<?> token = tokens.get(i);
      if (!token.use(isConfinedToCaller())) {
        // Only the first token tried can be used already: the thread that uses it uses all of them.
        throw FlightEvents.misuse(new TokenUsedException(token));
      }
      changed = token.undo(changed);
    }
    BINDINGS.setRelease(this, changed);
    FlightEvents.resetAll(this, tokens);
  }

  /** Resets with a token of this context; returns false if the token is used. */
  final boolean tryReset(Token<?> token) {
    if (!token.use(isConfinedToCaller())) {
      return false;
    }
    write(token.getVariable(), token.undo(bindings));
    FlightEvents.reset(this, token.getVariable(), "reset");
    return true;
  }

  private void write(ContextVar<?> variable, Hamt<ContextVar<?>, @Nullable Object> changed) {
    recordCopyPolicy(variable);
    BINDINGS.setRelease(this, changed);
  }

  private void recordCopyPolicy(ContextVar<?> variable) {
    if (variable.copyPolicy() != CopyPolicy.SHARE) {
      copyPolicyKeys = copyPolicyKeys.assoc(variable, true); // only the key matters
    }
  }
}
