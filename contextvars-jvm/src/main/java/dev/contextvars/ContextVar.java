// SPDX-License-Identifier: Apache-2.0
package dev.contextvars;

import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
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
  private final T defaultValue; // no T but Token.MISSING stands for none: null is a default

  // Consecutive numbers: the first 32 variables never meet in the root of a map.
  private final int hash = CREATED.incrementAndGet();

  /**
   * Makes a variable without a default.
   *
   * @throws NullPointerException if the name is null
   */
  @SuppressWarnings("unchecked") // whoever reads the field asks for MISSING first
  public ContextVar(String name) {
    this.name = Objects.requireNonNull(name, "name");
    this.defaultValue = (T) Token.MISSING;
  }

  /**
   * Makes a variable with a default, which may be null: what {@link #get()} gives where it is not
   * set.
   *
   * @throws NullPointerException if the name is null
   */
  public ContextVar(String name, T defaultValue) {
    this.name = Objects.requireNonNull(name, "name");
    this.defaultValue = defaultValue;
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
    if (value == Token.MISSING) {
      throw new UnboundVariableException(this);
    }
    return value;
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
   */
  public Token<T> set(T value) {
    return CurrentContext.getOrCreate().set(this, value);
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
   */
  public void reset(Token<T> token) {
    Objects.requireNonNull(token, "token");
    // CPython's order of checks (context.c, PyContextVar_Reset).
    if (token.isUsed()) {
      throw new TokenUsedException(token);
    }
    if (token.getVariable() != this) {
      throw new WrongVariableException(token);
    }
    Context context = CurrentContext.get();
    if (context == null || token.context() != context) {
      throw new WrongContextException(token);
    }
    context.reset(token);
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
    return defaultValue == Token.MISSING
        ? start + number
        : start + " default=" + describeDefault() + number;
  }

  private String describeDefault() {
    Describing self = new Describing(Thread.currentThread(), this);
    if (!DESCRIBING.add(self)) {
      return "...";
    }
    try {
      return String.valueOf(defaultValue);
    } finally {
      DESCRIBING.remove(self);
    }
  }

  private record Describing(Thread thread, ContextVar<?> variable) {}
}
