// SPDX-License-Identifier: Apache-2.0
package dev.contextvars;

import dev.contextvars.hamt.Hamt;
import java.util.Iterator;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The values of context variables for one logical task (PEP 567, {@code Context}).
 *
 * <p>A thread has at most one current context. {@link ContextVar#set} changes it. {@link #run} runs
 * code with another context as the current one. {@link #copy} returns an independent context with
 * the same values, in O(1):
 *
 * <pre>{@code
 * Context task = Context.copyContext();
 * pool.submit(() -> task.run(() -> handle(request))); // sees the values at the time of the copy
 * }</pre>
 *
 * <h2>Notes and cautions on use</h2>
 *
 * <ul>
 *   <li>Only one thread can have entered a context at a time. Other threads may read, copy and
 *       iterate over it meanwhile; they see a consistent snapshot.
 *   <li>An operation that is rejected with an exception changes nothing.
 *   <li>{@code equals} compares contexts by identity. Use {@link #asMap} to compare their contents.
 *   <li>In Kotlin, {@code context?.run { }} on a nullable context calls this class's function, but
 *       {@code nullable.run { }} calls the standard library's, which enters nothing.
 * </ul>
 */
public final class Context extends ContextState
    implements Iterable<Map.Entry<ContextVar<?>, @Nullable Object>>, Executor {
  /** Creates a context in which no variable is set; O(1). */
  public Context() {
    this(Hamt.empty(), Hamt.empty(), false, null);
  }

  Context(
      Hamt<ContextVar<?>, @Nullable Object> bindings,
      Hamt<ContextVar<?>, @Nullable Object> copyPolicyKeys,
      boolean implicit,
      @Nullable Thread owner) {
    super(bindings, copyPolicyKeys, implicit, owner);
  }

  /** Creates an implicit context, for a thread that sets a variable without a current context. */
  static Context newImplicit() {
    return new Context(Hamt.empty(), Hamt.empty(), true, null);
  }

  /** Creates a context that the thread has already entered, with variables without copy policy. */
  static Context newEntered(Hamt<ContextVar<?>, @Nullable Object> bindings, Thread owner) {
    return new Context(bindings, Hamt.empty(), false, owner);
  }

  /**
   * Returns a copy of the current context, or an empty one if there is none (PEP 567, {@code
   * copy_context}); O(1).
   */
  public static Context copyContext() {
    Context current = ThreadState.current();
    return current == null ? new Context() : current.copy();
  }

  /**
   * Returns an independent copy of this context, which is not entered; O(1), plus O(log32 n) for
   * each variable with a copy policy ({@link ContextVarBuilder}).
   *
   * <p>Any thread may call it at any time. The copy is a consistent snapshot, even while another
   * thread changes this context. If the function of a copy policy throws, the exception propagates,
   * and this context is unchanged.
   */
  public Context copy() {
    return copyWith(snapshot());
  }

  /**
   * Returns a copy of this context in which the variable is set to the value; O(log32 n).
   *
   * <pre>{@code
   * pool.execute(Context.copyContext().with(TENANT, "acme").wrap(task));
   * }</pre>
   *
   * @throws NullPointerException if the variable is null
   */
  public <T extends @Nullable Object> Context with(ContextVar<T> variable, T value) {
    Objects.requireNonNull(variable, "variable");
    Context copy = copy();
    copy.bind(variable, value, "bindings");
    return copy;
  }

  /**
   * Returns a copy of this context in which the variables are set to the values; O(log32 n) for
   * each variable.
   *
   * @throws NullPointerException if the bindings are null
   */
  public Context with(Bindings bindings) {
    Objects.requireNonNull(bindings, "bindings");
    Context copy = copy();
    copy.setAll(bindings.entries());
    return copy;
  }

  /**
   * Returns a copy of this context in which the variables are not set; O(log32 n) for each
   * variable.
   *
   * @throws NullPointerException if the array or one of the variables is null
   */
  public Context without(ContextVar<?>... variables) {
    Hamt<ContextVar<?>, @Nullable Object> bindings = snapshot();
    for (ContextVar<?> variable : Objects.requireNonNull(variables, "variables")) {
      bindings = bindings.without(Objects.requireNonNull(variable, "variable"));
    }
    return copyWith(bindings);
  }

  private Context copyWith(Hamt<ContextVar<?>, @Nullable Object> bindings) {
    Hamt<ContextVar<?>, @Nullable Object> keys = copyPolicyKeys();
    Context copy =
        keys.isEmpty()
            ? new Context(bindings, keys, false, null)
            : CopyPolicy.newCopy(bindings, keys);
    FlightEvents.copy(this, copy);
    return copy;
  }

  /** Returns a copy that keeps all values; unlike {@link #copy}, copy policies are not applied. */
  Context detachedCopy() {
    Context copy = new Context(snapshot(), copyPolicyKeys(), false, null);
    FlightEvents.copy(this, copy);
    return copy;
  }

  // ---- running code in this context ----

  /**
   * Runs the body in this context and returns its value (PEP 567, {@code Context.run}); O(1).
   *
   * <p>Changes made by the body remain in this context, whether it returns or throws. Use {@link
   * #call} for code that throws checked exceptions and {@link #execute} for a {@code Runnable}.
   *
   * <p>If the body throws and this context cannot be exited, the failed exit is added to the body's
   * exception as suppressed. After a StackOverflowError or OutOfMemoryError, the previous context
   * is current again and this one is not entered.
   *
   * @throws NullPointerException if the body is null
   * @throws ContextEnteredException if this context is already entered, on any thread, or if the
   *     calling coroutine runs in it, even inside a nested scope with another context; the body
   *     does not run
   * @throws ContextNotEnteredException if the body itself has exited this context
   * @throws ContextNotCurrentException if another context is current when the body ends; this
   *     context stays entered
   */
  public <R extends @Nullable Object> R run(Supplier<? extends R> body) {
    return ThreadState.run(this, false, Objects.requireNonNull(body, "body"), "run");
  }

  /**
   * Calls the body in this context and returns its value, as {@link #run} does; checked exceptions
   * of the body are thrown unchanged.
   *
   * @throws NullPointerException if the body is null
   * @throws ContextEnteredException if this context is already entered, on any thread, or if the
   *     calling coroutine runs in it; the body does not run
   * @throws ContextNotEnteredException if the body itself has exited this context
   * @throws ContextNotCurrentException if another context is current when the body ends; this
   *     context stays entered
   * @throws Exception if the body throws it
   */
  public <R extends @Nullable Object> R call(Callable<? extends R> body) throws Exception {
    return ThreadState.run(
        this, false, new Bodies.OfCallable<>(Objects.requireNonNull(body, "body")), "run");
  }

  /**
   * Runs the body in this context, on the calling thread, as {@link #run} does.
   *
   * @throws NullPointerException if the body is null
   * @throws ContextEnteredException if this context is already entered, on any thread, or if the
   *     calling coroutine runs in it; the body does not run
   * @throws ContextNotEnteredException if the body itself has exited this context
   * @throws ContextNotCurrentException if another context is current when the body ends; this
   *     context stays entered
   */
  @Override
  public void execute(Runnable body) {
    ThreadState.run(
        this, false, new Bodies.OfRunnable(Objects.requireNonNull(body, "body")), "run");
  }

  /**
   * Makes this context current on the calling thread until {@link #exit} (CPython, {@code
   * PyContext_Enter}); O(1).
   *
   * <p>Intended for frameworks with separate before and after callbacks. Prefer {@link #run}, which
   * always exits.
   *
   * @throws ContextEnteredException if this context is already entered, on any thread, or if the
   *     calling coroutine runs in it; nothing changes
   */
  public void enter() {
    ThreadState.enter(this);
  }

  /**
   * Restores the context that was current before {@link #enter} (CPython, {@code PyContext_Exit});
   * O(1).
   *
   * <p>A StackOverflowError in this method changes nothing: this context stays entered, and the
   * caller should exit again where the stack is shorter. {@link #run} needs no such care.
   *
   * @throws ContextNotEnteredException if this context is not entered; nothing changes
   * @throws ContextNotCurrentException if this context is not current on the calling thread, or was
   *     entered by another thread; nothing changes
   */
  public void exit() {
    ThreadState.exit(this);
  }

  // ---- wrapping code to run in this context later ----

  /**
   * Returns a Runnable that runs the body in this context, on whatever thread calls it (asyncio's
   * {@code call_soon(context=…)}); O(1).
   *
   * <p>Each call enters this context, as {@link #run} does, and throws {@link
   * ContextEnteredException} while it is entered. If calls may overlap, give each one a {@link
   * #copy}.
   *
   * <pre>{@code
   * Context captured = Context.copyContext();
   * future.thenAccept(captured.wrapConsumer(reply -> log(reply)));
   * }</pre>
   *
   * @throws NullPointerException if the body is null
   */
  public Runnable wrap(Runnable body) {
    return Wrappers.runnable(this, body);
  }

  /**
   * Returns a Callable that calls the body in this context, as {@link #wrap} does.
   *
   * @throws NullPointerException if the body is null
   */
  public <R extends @Nullable Object> Callable<R> wrapCallable(Callable<? extends R> body) {
    return Wrappers.callable(this, body);
  }

  /**
   * Returns a Supplier that calls the body in this context, as {@link #wrap} does.
   *
   * @throws NullPointerException if the body is null
   */
  public <R extends @Nullable Object> Supplier<R> wrapSupplier(Supplier<? extends R> body) {
    return Wrappers.supplier(this, body);
  }

  /**
   * Returns a Function that calls the body in this context, as {@link #wrap} does.
   *
   * @throws NullPointerException if the body is null
   */
  public <T extends @Nullable Object, R extends @Nullable Object> Function<T, R> wrapFunction(
      Function<? super T, ? extends R> body) {
    return Wrappers.function(this, body);
  }

  /**
   * Returns a BiFunction that calls the body in this context, as {@link #wrap} does.
   *
   * @throws NullPointerException if the body is null
   */
  public <T extends @Nullable Object, U extends @Nullable Object, R extends @Nullable Object>
      BiFunction<T, U, R> wrapBiFunction(BiFunction<? super T, ? super U, ? extends R> body) {
    return Wrappers.biFunction(this, body);
  }

  /**
   * Returns a Consumer that calls the body in this context, as {@link #wrap} does.
   *
   * @throws NullPointerException if the body is null
   */
  public <T extends @Nullable Object> Consumer<T> wrapConsumer(Consumer<? super T> body) {
    return Wrappers.consumer(this, body);
  }

  /**
   * Returns a BiConsumer that calls the body in this context, as {@link #wrap} does.
   *
   * @throws NullPointerException if the body is null
   */
  public <T extends @Nullable Object, U extends @Nullable Object> BiConsumer<T, U> wrapBiConsumer(
      BiConsumer<? super T, ? super U> body) {
    return Wrappers.biConsumer(this, body);
  }

  // ---- reading this context ----

  /**
   * Returns the variable's value in this context, or null if it is not set here; its default is not
   * used. O(log32 n).
   *
   * @throws NullPointerException if the variable is null
   */
  @SuppressWarnings("unchecked") // a variable of T is bound to a T only
  public <T extends @Nullable Object> @Nullable T get(ContextVar<T> variable) {
    Object value = lookUp(variable, Absent.MARK);
    return value == Absent.MARK ? null : (T) value;
  }

  /**
   * Returns the variable's value in this context, or the fallback if it is not set here; its
   * default is not used. O(log32 n).
   *
   * @throws NullPointerException if the variable is null
   */
  public <T extends @Nullable Object> T get(ContextVar<T> variable, T fallback) {
    return lookUp(variable, fallback);
  }

  /**
   * Returns the variable's value in this context, in which it must be set (PEP 567's {@code
   * ctx[var]}); O(log32 n).
   *
   * @throws NullPointerException if the variable is null
   * @throws UnboundVariableException if the variable is not set here, even if it has a default
   */
  @SuppressWarnings("unchecked") // as in get(variable)
  public <T extends @Nullable Object> T getValue(ContextVar<T> variable) {
    Object value = lookUp(variable, Absent.MARK);
    if (value == Absent.MARK) {
      throw new UnboundVariableException(variable);
    }
    return (T) value;
  }

  /**
   * Returns whether the variable is set in this context, including when its value is null; O(log32
   * n).
   *
   * @throws NullPointerException if the variable is null
   */
  public boolean contains(ContextVar<?> variable) {
    return lookUp(variable, Absent.MARK) != Absent.MARK;
  }

  /** Returns the number of variables that are set in this context; O(1). */
  public int size() {
    return snapshot().size();
  }

  /** Returns whether no variable is set in this context; O(1). */
  public boolean isEmpty() {
    return snapshot().isEmpty();
  }

  /**
   * Returns an iterator over the variables that are set and their values, in no particular order;
   * O(1).
   *
   * <p>The iterator is a snapshot: it does not reflect later changes, never throws
   * ConcurrentModificationException, and does not support {@code remove}.
   */
  @Override
  public Iterator<Map.Entry<ContextVar<?>, @Nullable Object>> iterator() {
    return RedactedEntry.each(snapshot().iterator());
  }

  /**
   * Returns an unmodifiable map of the variables that are set and their values; O(1).
   *
   * <p>The map is a snapshot: it does not reflect later changes. Comparing two snapshots takes time
   * proportional to their difference, not to their size.
   */
  public Map<ContextVar<?>, @Nullable Object> asMap() {
    return new ContextMap(snapshot());
  }

  /**
   * Returns the differences between this context and another one; O(d log32 n) for d differences.
   *
   * @throws NullPointerException if the other context is null
   */
  public ContextDiff diff(Context other) {
    return ContextDiff.between(snapshot(), Objects.requireNonNull(other, "other").snapshot());
  }

  /**
   * Returns a multi-line description of this context, with one line per variable, sorted by name;
   * intended for diagnostics. O(n log n).
   *
   * <pre>
   * &lt;Context object at 0x3b&gt;, 2 variables
   *   password=&lt;redacted&gt;
   *   tenant=acme
   * </pre>
   */
  public String dump() {
    return Descriptions.dump(toString(), asMap());
  }

  @SuppressWarnings("unchecked") // the result is the fallback or the variable's value
  private <T extends @Nullable Object> T lookUp(ContextVar<?> variable, T fallback) {
    int hash = Objects.requireNonNull(variable, "variable").spreadHash();
    return (T) snapshot().findIdentical(variable, hash, fallback);
  }

  /**
   * Returns {@code <Context object at 0x3b>}; the contents are omitted, because they may be secret.
   */
  @Override
  public String toString() {
    return Descriptions.numbered("<Context object", this);
  }
}
