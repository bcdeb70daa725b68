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
@SuppressWarnings("overloads") // of wrap, which says what to do about it
public final class Context extends ContextBindings
    implements Iterable<Map.Entry<ContextVar<?>, @Nullable Object>>, Executor {
  static {
    CoreAccess.open();
  }

  /** Makes a context in which no variable is bound; O(1). */
  public Context() {
    this(Hamt.empty(), Hamt.empty(), false);
  }

  private Context(
      Hamt<ContextVar<?>, @Nullable Object> bindings,
      Hamt<ContextVar<?>, @Nullable Object> special,
      boolean ownOfThread) {
    super(bindings, special, ownOfThread);
  }

  /** Makes the context that a thread gets when it sets a variable and has none. */
  static Context ownOfThread() {
    return new Context(Hamt.empty(), Hamt.empty(), true);
  }

  /**
   * Returns a copy of the current context, or an empty one if there is none (PEP 567, {@code
   * copy_context}); O(1).
   */
  public static Context copyContext() {
    Context current = CurrentContext.get();
    return current == null ? new Context() : current.copy();
  }

  /**
   * Returns an independent context with the same values, not entered by anyone; O(1), and O(k) with
   * k variables set here that are not inherited, or copied ({@link ContextVarBuilder}).
   */
  public Context copy() {
    return inheriting(snapshot(), special());
  }

  /**
   * Returns a copy in which the variables have the values; O(1) a variable.
   *
   * @throws NullPointerException if the bindings are null
   */
  public Context with(Bindings bindings) {
    Objects.requireNonNull(bindings, "bindings");
    Context copy = copy();
    copy.setAll(bindings.pairs());
    return copy;
  }

  /**
   * Returns a copy in which the variables are not bound; O(1) a variable.
   *
   * @throws NullPointerException if the variables, or one of them, are null
   */
  public Context without(ContextVar<?>... variables) {
    Hamt<ContextVar<?>, @Nullable Object> bindings = snapshot();
    for (ContextVar<?> variable : Objects.requireNonNull(variables, "variables")) {
      bindings = bindings.without(Objects.requireNonNull(variable, "variable"));
    }
    return inheriting(bindings, special());
  }

  /**
   * Returns a copy with all the values as they are: it stands for this context, and inherits
   * nothing.
   */
  Context detachedCopy() {
    return new Context(snapshot(), special(), false);
  }

  private static Context inheriting(
      Hamt<ContextVar<?>, @Nullable Object> bindings,
      Hamt<ContextVar<?>, @Nullable Object> special) {
    if (special.isEmpty()) {
      return new Context(bindings, special, false);
    }
    Hamt<ContextVar<?>, @Nullable Object> inherited = bindings;
    Hamt<ContextVar<?>, @Nullable Object> still = special;
    for (Map.Entry<ContextVar<?>, ?> entry : special) {
      ContextVar<?> variable = entry.getKey();
      inherited = variable.policy().inherit(variable, inherited);
      still = inherited.containsKey(variable) ? still : still.without(variable);
    }
    return new Context(inherited, still, false);
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
   * @throws ContextEnteredException if this context is entered already, on any thread, or if the
   *     calling coroutine runs in it; the body is not run
   * @throws ContextNotEnteredException if the body has left this context
   * @throws ContextNotCurrentException if the body has left another context current than this one
   */
  public <R extends @Nullable Object> R run(Supplier<? extends R> body) {
    Objects.requireNonNull(body, "body");
    @Nullable Object[] cell = CurrentContext.cell();
    enter(cell);
    Throwable failure = null;
    try {
      return body.get();
    } catch (Throwable thrown) {
      failure = thrown;
      throw thrown;
    } finally {
      exitAfter(failure, cell);
    }
  }

  /**
   * Runs the body in this context, as {@link #run} does, and lets its checked exceptions pass.
   *
   * @throws NullPointerException if the body is null
   * @throws ContextEnteredException if this context is entered already, on any thread, or if the
   *     calling coroutine runs in it; the body is not run
   * @throws ContextNotEnteredException if the body has left this context
   * @throws ContextNotCurrentException if the body has left another context current than this one
   * @throws Exception what the body throws, unchanged
   */
  public <R extends @Nullable Object> R call(Callable<? extends R> body) throws Exception {
    Objects.requireNonNull(body, "body");
    @Nullable Object[] cell = CurrentContext.cell();
    enter(cell);
    Throwable failure = null;
    try {
      return body.call();
    } catch (Throwable thrown) {
      failure = thrown;
      throw thrown;
    } finally {
      exitAfter(failure, cell);
    }
  }

  /**
   * Runs the body in this context, on the calling thread, as {@link #run} does.
   *
   * @throws NullPointerException if the body is null
   * @throws ContextEnteredException if this context is entered already, on any thread, or if the
   *     calling coroutine runs in it; the body is not run
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

  // ---- code to be run in here later ----

  /**
   * Returns a task that runs the body in this context, whoever calls it and where (asyncio's {@code
   * call_soon(context=…)}); O(1), and so is what each call costs more.
   *
   * <p>Each call enters the context, as {@link #run} does, and throws {@link
   * ContextEnteredException} while it is entered: wrap in a {@link #copy} each what may run at the
   * same time.
   *
   * <pre>{@code
   * Context here = Context.copyContext();
   * future.thenAccept(here.wrap((Consumer<Reply>) reply -> log(reply)));
   * }</pre>
   *
   * <p>A lambda that fits two overloads is ambiguous to javac: cast it, as above. Kotlin takes it
   * for a Runnable or Consumer, and drops its value: name the type, {@code wrap(Supplier { 42 })}.
   *
   * @throws NullPointerException if the body is null, here and in the other overloads
   */
  public Runnable wrap(Runnable body) {
    return Wrappers.runnable(this, body);
  }

  /** Returns a callable that calls the body in this context, as {@link #wrap(Runnable)} does. */
  public <R extends @Nullable Object> Callable<R> wrap(Callable<? extends R> body) {
    return Wrappers.callable(this, body);
  }

  /** Returns a supplier that calls the body in this context, as {@link #wrap(Runnable)} does. */
  public <R extends @Nullable Object> Supplier<R> wrap(Supplier<? extends R> body) {
    return Wrappers.supplier(this, body);
  }

  /** Returns a function that calls the body in this context, as {@link #wrap(Runnable)} does. */
  public <T extends @Nullable Object, R extends @Nullable Object> Function<T, R> wrap(
      Function<? super T, ? extends R> body) {
    return Wrappers.function(this, body);
  }

  /** Returns a function that calls the body in this context, as {@link #wrap(Runnable)} does. */
  public <T extends @Nullable Object, U extends @Nullable Object, R extends @Nullable Object>
      BiFunction<T, U, R> wrap(BiFunction<? super T, ? super U, ? extends R> body) {
    return Wrappers.biFunction(this, body);
  }

  /** Returns a consumer that calls the body in this context, as {@link #wrap(Runnable)} does. */
  public <T extends @Nullable Object> Consumer<T> wrap(Consumer<? super T> body) {
    return Wrappers.consumer(this, body);
  }

  /** Returns a consumer that calls the body in this context, as {@link #wrap(Runnable)} does. */
  public <T extends @Nullable Object, U extends @Nullable Object> BiConsumer<T, U> wrap(
      BiConsumer<? super T, ? super U> body) {
    return Wrappers.biConsumer(this, body);
  }

  /**
   * Makes this context the current one until {@link #exit} (CPython, {@code PyContext_Enter});
   * O(1).
   *
   * <p>For frameworks whose callbacks come in pairs; where one method encloses the work, {@link
   * #run} cannot forget the exit.
   *
   * @throws ContextEnteredException if this context is entered already, on any thread, or if the
   *     calling coroutine runs in it; nothing changes
   */
  public void enter() {
    enter(CurrentContext.cell());
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
    exit(CurrentContext.cell());
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
    Object value = lookUp(variable, Absent.MARK);
    return value == Absent.MARK ? null : (T) value;
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
    Object value = lookUp(variable, Absent.MARK);
    if (value == Absent.MARK) {
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
    return lookUp(variable, Absent.MARK) != Absent.MARK;
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
    return Binding.each(snapshot().iterator());
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

  /**
   * Returns how the other context differs from this one; O(d log32 n) for d differences.
   *
   * @throws NullPointerException if the other context is null
   */
  public ContextDiff diff(Context other) {
    return ContextDiff.between(snapshot(), Objects.requireNonNull(other, "other").snapshot());
  }

  /**
   * Returns this context's text and a line for each variable, sorted by name, for people; O(n log
   * n).
   *
   * <pre>
   * &lt;Context object at 0x3b&gt;, 2 variables
   *   password=&lt;redacted&gt;
   *   tenant=acme
   * </pre>
   */
  public String dump() {
    return new ContextMap(snapshot()).dump(toString());
  }

  @SuppressWarnings("unchecked") // what comes back is the fallback or the variable's
  private <T extends @Nullable Object> T lookUp(ContextVar<?> variable, T fallback) {
    int hash = Objects.requireNonNull(variable, "variable").spreadHash();
    return (T) snapshot().findIdentical(variable, hash, fallback);
  }

  /** Returns {@code <Context object at 0x3b>}; never what is inside, which may be secret. */
  @Override
  public String toString() {
    return "<Context object at 0x" + Integer.toHexString(System.identityHashCode(this)) + ">";
  }
}
