// SPDX-License-Identifier: Apache-2.0
package dev.contextvars;

import dev.contextvars.hamt.Hamt;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A variable whose value belongs to the current {@link Context} (PEP 567, {@code ContextVar}).
 *
 * <p>Declare it once, as a constant; a context holds on to the variables bound in it.
 *
 * <pre>{@code
 * static final ContextVar<String> TENANT = new ContextVar<>("tenant");
 *
 * try (var token = TENANT.set("acme")) {
 *   TENANT.get(); // acme, anywhere below, in any method called
 * }
 * }</pre>
 *
 * <p>A variable is its own key: two with one name are different variables. It never changes, and
 * any thread may use it.
 *
 * @param <T> the type of the values; nullable where null is to be one
 */
public final class ContextVar<T extends @Nullable Object> {
  private static final AtomicInteger CREATED = new AtomicInteger();

  /** The calls of {@link #toString} under way: a default may show the variable that it is in. */
  private static final Set<Describing> DESCRIBING = ConcurrentHashMap.newKeySet();

  private final String name;
  private final T defaultValue; // no T but Absent.MARK stands for none: null is a default
  private final Policy policy;

  // Consecutive numbers: the first 32 variables never meet in the root of a map.
  private final int hash = CREATED.incrementAndGet();

  // Of each read, which is on every log line, two instructions less.
  private final int spreadHash = Hamt.spread(hash);

  /**
   * Makes a variable without a default.
   *
   * @throws NullPointerException if the name is null
   */
  @SuppressWarnings("unchecked") // whoever reads the field asks for MARK first
  public ContextVar(String name) {
    this(name, (T) Absent.MARK, Policy.PLAIN);
  }

  /**
   * Makes a variable with a default, which may be null: what {@link #get()} gives where it is not
   * set.
   *
   * @throws NullPointerException if the name is null
   */
  public ContextVar(String name, T defaultValue) {
    this(name, defaultValue, Policy.PLAIN);
  }

  ContextVar(String name, T defaultValue, Policy policy) {
    this.name = Objects.requireNonNull(name, "name");
    this.defaultValue = defaultValue;
    this.policy = policy;
  }

  /**
   * Begins a variable that does more than hold a value: computes its default, stays out of copies,
   * is copied with them, or is kept secret.
   *
   * @throws NullPointerException if the name is null
   */
  public static <T extends @Nullable Object> ContextVarBuilder<T> builder(String name) {
    return new ContextVarBuilder<>(name);
  }

  /** Returns the name given at creation, which is for people: it identifies nothing. */
  public String getName() {
    return name;
  }

  /**
   * Returns the value in the current context, or else the default; O(1) for the few variables of a
   * real context, O(log32 n) in n.
   *
   * @throws UnboundVariableException if there is neither
   */
  public T get() {
    Context context = CurrentContext.get();
    T value = context == null ? defaultValue : context.find(this, defaultValue);
    return value == Absent.MARK ? computeDefault() : value;
  }

  @SuppressWarnings("unchecked") // the builder takes suppliers of T alone
  private T computeDefault() {
    Supplier<T> supplier = (Supplier<T>) policy.defaultSupplier();
    if (supplier == null) {
      throw new UnboundVariableException(this);
    }
    T value = supplier.get();
    Context context = CurrentContext.get(); // a thread without one may have one by now
    return context == null ? value : context.bindDefault(this, value);
  }

  /**
   * Returns the value in the current context, or else the fallback, whatever the default; costs
   * what {@link #get()} does.
   */
  public T get(T fallback) {
    Context context = CurrentContext.get();
    return context == null ? fallback : context.get(this, fallback);
  }

  /**
   * Returns whether this variable has a value, be it null, in the current context; costs what
   * {@link #get()} does.
   */
  public boolean isSet() {
    Context context = CurrentContext.get();
    return context != null && context.contains(this);
  }

  /**
   * Sets this variable in the current context, and returns a token which undoes it.
   *
   * <pre>{@code
   * Token<User> token = USER.set(alice);
   * try {
   *   handle(request);
   * } finally {
   *   USER.reset(token);
   * }
   * }</pre>
   *
   * <p>A thread with no current context gets one of its own, empty and for as long as the thread
   * lives. Copies of the context made earlier do not see the change; copies made later do. O(log32
   * n), and O(1) for a few variables.
   *
   * @return a new token, even for the same value, for one {@link #reset} in this same context
   * @throws ContextRequiredException if this thread runs the tasks of many and has no context
   * @throws ContextContendedException if another task or thread has taken the context over and is
   *     in it, on another thread; nothing is set
   */
  public Token<T> set(T value) {
    return CurrentContext.getOrCreate(this).set(this, value);
  }

  /**
   * Sets this variable to what the function makes of its value, or default, in the current context.
   *
   * <pre>{@code
   * try (var token = DEPTH.update(depth -> depth + 1)) { … }
   * }</pre>
   *
   * <p>Costs what {@link #get()} and {@link #set} do, and is refused as {@link #set} is. An
   * exception from the function passes, and nothing is set.
   *
   * @return a new token, as {@link #set} does
   * @throws NullPointerException if the function is null
   * @throws UnboundVariableException if there is neither a value nor a default
   */
  public Token<T> update(UnaryOperator<T> function) {
    return set(Objects.requireNonNull(function, "function").apply(get()));
  }

  /**
   * Gives this variable back the value it had before the {@link #set} that made the token, or
   * removes it if it had none.
   *
   * <p>Tokens may be used in any order, each once. A refused reset changes nothing: the token can
   * still be used where it is valid. O(1) when the context is as that {@code set} left it, else
   * O(log32 n).
   *
   * @throws NullPointerException if the token is null
   * @throws TokenUsedException if the token was used before
   * @throws WrongVariableException if another variable's {@code set} made the token
   * @throws WrongContextException if the token was made in another context than the current one, a
   *     copy of it included
   * @throws ContextContendedException if another task or thread has taken the context over and is
   *     in it, on another thread
   */
  public void reset(Token<T> token) {
    Objects.requireNonNull(token, "token").requireUsable(this).reset(token);
  }

  /** Returns the hash as {@link Hamt#findIdentical} wants it. */
  int spreadHash() {
    return spreadHash;
  }

  /** Returns a number of this variable's own, given out in sequence. */
  @Override
  public int hashCode() {
    return hash;
  }

  /** Returns {@code <ContextVar name='a' at 0x1f>}, with the default where there is one. */
  @Override
  public String toString() {
    String number = " at 0x" + Integer.toHexString(hash) + ">";
    String start = "<ContextVar name='" + name + "'";
    return defaultValue == Absent.MARK
        ? start + number
        : start + " default=" + describeDefault() + number;
  }

  private String describeDefault() {
    Describing self = new Describing(Thread.currentThread(), this);
    if (!DESCRIBING.add(self)) {
      return "...";
    }
    try {
      return describe(defaultValue);
    } finally {
      DESCRIBING.remove(self);
    }
  }

  /** Returns the text of a value of this variable, unless it is secret. */
  String describe(@Nullable Object value) {
    return policy.redacted() ? "<redacted>" : String.valueOf(value);
  }

  Policy policy() {
    return policy;
  }

  /** Returns variables in an order for people: by name, then by age. */
  static List<ContextVar<?>> sortedByName(Collection<ContextVar<?>> variables) {
    return variables.stream()
        .sorted(
            Comparator.<ContextVar<?>, String>comparing(v -> v.name).thenComparingInt(v -> v.hash))
        .toList();
  }

  private record Describing(Thread thread, ContextVar<?> variable) {}
}
