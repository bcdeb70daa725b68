// SPDX-License-Identifier: Apache-2.0
package dev.contextvars;

import dev.contextvars.hamt.Hamt;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Iterator;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The values of context variables for one logical task (PEP 567, {@code Context}).
 *
 * <p>A thread has at most one current context. {@link ContextVar#set} changes that one, {@link
 * #run} makes another one current for a while, and {@link #copy} gives, in O(1), an independent one
 * with the same values:
 *
 * <pre>{@code
 * Context task = Context.copyContext();
 * pool.submit(() -> task.run(() -> handle(request))); // sees the values here and now, changes none
 * }</pre>
 *
 * <p>A context is entered once at a time, by one thread. Other threads may read, iterate and copy
 * it meanwhile; they see it as it was at some moment. Contexts are compared by identity; {@link
 * #asMap} compares contents.
 */
public final class Context
    implements Iterable<Map.Entry<ContextVar<?>, @Nullable Object>>, Executor {
  private static final VarHandle BINDINGS;
  private static final VarHandle ENTERED_BY;

  static {
    try {
      MethodHandles.Lookup lookup = MethodHandles.lookup();
      BINDINGS = lookup.findVarHandle(Context.class, "bindings", Hamt.class);
      ENTERED_BY = lookup.findVarHandle(Context.class, "enteredBy", Thread.class);
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

  // The thread that entered this context and has not left it. Taken by compare-and-set: of two
  // threads
  // one wins. Released by a volatile write: the next to enter sees all that was done in here.
  private volatile @Nullable Thread enteredBy;

  // What the thread in enteredBy goes back to. Only that thread reads or writes it, while it is in.
  private @Nullable Context previous;

  private final boolean ownOfThread;

  /** Makes a context in which no variable is bound; O(1). */
  public Context() {
    this(Hamt.empty(), false);
  }

  private Context(Hamt<ContextVar<?>, @Nullable Object> bindings, boolean ownOfThread) {
    this.bindings = bindings;
    this.ownOfThread = ownOfThread;
  }

  /** Makes the context that a thread gets when it sets a variable and has none. */
  static Context ownOfThread() {
    return new Context(Hamt.empty(), true);
  }

  /**
   * Returns a copy of the current context, or an empty one if there is none (PEP 567, {@code
   * copy_context}); O(1).
   */
  public static Context copyContext() {
    Context current = CurrentContext.get();
    return current == null ? new Context() : current.copy();
  }

  /** Returns an independent context with the same values, not entered by anyone; O(1). */
  public Context copy() {
    return new Context(snapshot(), false);
  }

  // ---- running code in here ----

  /**
   * Runs the body in this context and returns its value (PEP 567, {@code Context.run}); O(1).
   *
   * <p>What the body sets stays in this context when it has ended, whether by a value or an
   * exception. Code that throws checked exceptions goes to {@link #call}; a {@code Runnable}, to
   * {@link #execute}.
   *
   * @throws NullPointerException if the body is null
   * @throws ContextEnteredException if this context is entered already, on any thread; the body is
   *     not run
   * @throws ContextNotEnteredException if the body has left this context
   * @throws ContextNotCurrentException if the body has left another context current than this one
   */
  public <R extends @Nullable Object> R run(Supplier<? extends R> body) {
    Objects.requireNonNull(body, "body");
    enter();
    Throwable failure = null;
    try {
      return body.get();
    } catch (Throwable thrown) {
      failure = thrown;
      throw thrown;
    } finally {
      exitAfter(failure);
    }
  }

  /**
   * Runs the body in this context, as {@link #run} does, and lets its checked exceptions pass.
   *
   * @throws NullPointerException if the body is null
   * @throws ContextEnteredException if this context is entered already, on any thread
   * @throws ContextNotEnteredException if the body has left this context
   * @throws ContextNotCurrentException if the body has left another context current than this one
   * @throws Exception what the body throws, unchanged
   */
  public <R extends @Nullable Object> R call(Callable<? extends R> body) throws Exception {
    Objects.requireNonNull(body, "body");
    enter();
    Throwable failure = null;
    try {
      return body.call();
    } catch (Throwable thrown) {
      failure = thrown;
      throw thrown;
    } finally {
      exitAfter(failure);
    }
  }

  /**
   * Runs the body in this context, on the calling thread, as {@link #run} does.
   *
   * @throws NullPointerException if the body is null
   * @throws ContextEnteredException if this context is entered already, on any thread
   * @throws ContextNotEnteredException if the body has left this context
   * @throws ContextNotCurrentException if the body has left another context current than this one
   */
  @Override
  public void execute(Runnable body) {
    Objects.requireNonNull(body, "body");
    run(
        () -> {
          body.run();
          return null;
        });
  }

  /**
   * Makes this context the current one until {@link #exit} (CPython, {@code PyContext_Enter});
   * O(1).
   *
   * <p>For frameworks whose callbacks come in pairs; where one method encloses the work, {@link
   * #run} cannot forget the exit.
   *
   * @throws ContextEnteredException if this context is entered already, on any thread; nothing
   *     changes
   */
  public void enter() {
    if (!ENTERED_BY.compareAndSet(this, null, Thread.currentThread())) {
      throw new ContextEnteredException(this);
    }
    previous = CurrentContext.swap(this);
  }

  /**
   * Makes the context current again that was before {@link #enter} (CPython, {@code
   * PyContext_Exit}); O(1).
   *
   * @throws ContextNotEnteredException if this context is not entered; nothing changes
   * @throws ContextNotCurrentException if this context is not the calling thread's current one, or
   *     was entered by another thread; nothing changes
   */
  public void exit() {
    Thread owner = enteredBy;
    if (owner == null) {
      throw new ContextNotEnteredException(this);
    }
    if (CurrentContext.get() != this || owner != Thread.currentThread()) {
      throw new ContextNotCurrentException(this);
    }
    CurrentContext.swap(previous);
    previous = null;
    enteredBy = null;
  }

  /**
   * Exits after a body: its failure, if there is one, matters more than that the exit is refused.
   */
  private void exitAfter(@Nullable Throwable failure) {
    try {
      exit();
    } catch (IllegalStateException refusal) {
      if (failure == null) {
        throw refusal;
      }
      failure.addSuppressed(refusal);
    }
  }

  // ---- looking inside ----

  /**
   * Returns the variable's value in this context, or null if it is not bound here; its default does
   * not count. O(log32 n).
   *
   * @throws NullPointerException if the variable is null
   */
  @SuppressWarnings("unchecked") // a variable of T is bound to a T alone
  public <T extends @Nullable Object> @Nullable T get(ContextVar<T> variable) {
    Object value = lookUp(variable, Token.MISSING);
    return value == Token.MISSING ? null : (T) value;
  }

  /**
   * Returns the variable's value in this context, or the fallback if it is not bound here; its
   * default does not count. O(log32 n).
   *
   * @throws NullPointerException if the variable is null
   */
  public <T extends @Nullable Object> T get(ContextVar<T> variable, T fallback) {
    return lookUp(variable, fallback);
  }

  /**
   * Returns the variable's value in this context, which must be bound (PEP 567's {@code ctx[var]});
   * O(log32 n).
   *
   * @throws NullPointerException if the variable is null
   * @throws UnboundVariableException if the variable is not bound here, whatever its default
   */
  @SuppressWarnings("unchecked") // as in get(variable)
  public <T extends @Nullable Object> T getValue(ContextVar<T> variable) {
    Object value = lookUp(variable, Token.MISSING);
    if (value == Token.MISSING) {
      throw new UnboundVariableException(variable);
    }
    return (T) value;
  }

  /**
   * Returns whether the variable has a value here, be it null; O(log32 n).
   *
   * @throws NullPointerException if the variable is null
   */
  public boolean contains(ContextVar<?> variable) {
    return lookUp(variable, Token.MISSING) != Token.MISSING;
  }

  /** Returns the number of variables bound here; O(1). */
  public int size() {
    return snapshot().size();
  }

  /** Returns whether no variable is bound here; O(1). */
  public boolean isEmpty() {
    return snapshot().isEmpty();
  }

  /**
   * Returns an iterator over the variables bound now and their values, in no particular order;
   * O(1).
   *
   * <p>Later changes never show in it and never make it fail. It removes nothing.
   */
  @Override
  public Iterator<Map.Entry<ContextVar<?>, @Nullable Object>> iterator() {
    return snapshot().iterator();
  }

  /**
   * Returns an unmodifiable map of the variables bound now and their values; O(1).
   *
   * <p>It stays as it is when this context changes. To compare two such maps costs what they differ
   * by, not what they hold.
   */
  public Map<ContextVar<?>, @Nullable Object> asMap() {
    return new ContextMap(snapshot());
  }

  @SuppressWarnings("unchecked") // what comes back is the fallback or the variable's
  private <T extends @Nullable Object> T lookUp(ContextVar<?> variable, T fallback) {
    int hash = Objects.requireNonNull(variable, "variable").hashCode();
    return (T) snapshot().findIdentical(variable, hash, fallback);
  }

  @SuppressWarnings("unchecked") // the field's type
  private Hamt<ContextVar<?>, @Nullable Object> snapshot() {
    return (Hamt<ContextVar<?>, @Nullable Object>) BINDINGS.getAcquire(this);
  }

  boolean isOwnOfThread() {
    return ownOfThread;
  }

  // ---- for ContextVar, on the thread that this context is current on ----

  @SuppressWarnings("unchecked") // a variable of T is bound to a T alone
  <T extends @Nullable Object> T find(ContextVar<T> variable, T fallback) {
    return (T) bindings.findIdentical(variable, variable.hashCode(), fallback);
  }

  <T extends @Nullable Object> Token<T> set(ContextVar<T> variable, T value) {
    Hamt<ContextVar<?>, @Nullable Object> before = bindings;
    Hamt<ContextVar<?>, @Nullable Object> after = before.assoc(variable, value);
    BINDINGS.setRelease(this, after);
    return new Token<>(this, variable, before, after);
  }

  /**
   * Resets with a token of this context, refusing one that another thread has used up meanwhile.
   */
  void reset(Token<?> token) {
    if (!token.use()) {
      throw new TokenUsedException(token);
    }
    BINDINGS.setRelease(this, token.undo(bindings));
  }

  /** Returns {@code <Context object at 0x3b>}; never what is inside, which may be secret. */
  @Override
  public String toString() {
    return "<Context object at 0x" + Integer.toHexString(System.identityHashCode(this)) + ">";
  }
}
