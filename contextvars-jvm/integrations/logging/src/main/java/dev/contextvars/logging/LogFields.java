// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.logging;

import dev.contextvars.ContextVar;
import dev.contextvars.Registration;
import java.util.Arrays;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.NonNull;
import org.jspecify.annotations.Nullable;

/**
 * The context variables that show in log events, as entries of the event's MDC.
 *
 * <p>Register a variable once, when the application starts. With {@code contextvars-logback} or
 * {@code contextvars-log4j} on the class path, each event then has the variable's value in the
 * context that is current where the event is logged, under the registered key:
 *
 * <pre>{@code
 * static final ContextVar<String> TENANT = new ContextVar<>("tenant");
 *
 * LogFields.add(TENANT); // %X{tenant} in a pattern, "tenant" in the mdc object of a JSON layout
 * }</pre>
 *
 * <p>Notes and cautions on use:
 *
 * <ul>
 *   <li>A variable that is not bound, or bound to null, does not show. Its default never shows.
 *   <li>A key that the MDC (Log4j 2: the ThreadContext) has too shows the value of the MDC.
 *   <li>{@code MDC.get} and {@code MDC.getCopyOfContextMap} do not show variables.
 *   <li>Values show as they are, line breaks included, just as those of the MDC: a pattern that
 *       writes values of clients should replace them, or a JSON layout escape them.
 * </ul>
 *
 * <p>Any thread may register and close; an event sees the variables registered before or after a
 * concurrent change, never a mixture. The variables of an event are read inside the logging call,
 * on the calling thread: O(1) for each registered variable.
 */
public final class LogFields {
  // Copy-on-write, guarded by the class lock for writes. Volatile: a registration is visible to
  // later events of all threads.
  private static volatile Field[] fields = {};

  private LogFields() {}

  /**
   * Shows the variable under its own name, as {@link #add(String, ContextVar)} does.
   *
   * @return a handle that removes the variable; it may be ignored
   * @throws NullPointerException if the variable is null
   * @throws IllegalArgumentException if the variable is redacted, if its name is empty, or if its
   *     name is already registered as a key; nothing changes
   */
  public static Registration add(ContextVar<?> variable) {
    return add(Objects.requireNonNull(variable, "variable").getName(), variable);
  }

  /**
   * Shows the variable under a key, with the text that {@link String#valueOf(Object)} returns for
   * the value; O(n) for n registered variables.
   *
   * @return a handle that removes the variable; it may be ignored
   * @throws NullPointerException if an argument is null
   * @throws IllegalArgumentException if the variable is redacted, if the key is empty, or if it is
   *     already registered; nothing changes
   */
  public static Registration add(String key, ContextVar<?> variable) {
    return register(key, variable, null);
  }

  /**
   * Shows the variable under a key, with the text that a function returns for the value; O(n) for n
   * registered variables.
   *
   * <pre>{@code
   * LogFields.add("user", USER, User::name);
   * }</pre>
   *
   * <p>The function is called at most once for each event, inside the logging call. It must be fast
   * and must not log: an event that it logs has no fields with a text function. If it returns null,
   * the key is absent from the event. If it throws a RuntimeException or a StackOverflowError, the
   * text is {@code [FAILED <class name>]} and logging continues; the exception's message is not
   * shown, because it may contain the value. Any other Error passes to the code that logs. The same
   * applies to the {@code toString} of values that are added without a function.
   *
   * @return a handle that removes the variable; it may be ignored
   * @throws NullPointerException if an argument is null
   * @throws IllegalArgumentException if the variable is redacted, if the key is empty, or if it is
   *     already registered; nothing changes
   */
  @SuppressWarnings("unchecked") // the function gets values of this variable alone
  public static <T extends @Nullable Object> Registration add(
      String key,
      ContextVar<T> variable,
      Function<? super @NonNull T, ? extends @Nullable String> text) {
    Objects.requireNonNull(text, "text");
    return register(key, variable, (Function<Object, @Nullable String>) (Function<?, ?>) text);
  }

  @SuppressWarnings("unchecked") // a field reads its variable and does not set it
  private static Registration register(
      String key, ContextVar<?> variable, @Nullable Function<Object, @Nullable String> text) {
    Objects.requireNonNull(key, "key");
    Objects.requireNonNull(variable, "variable");
    if (key.isEmpty()) {
      throw new IllegalArgumentException("key is empty");
    }
    if (variable.isRedacted()) {
      throw new IllegalArgumentException("cannot log " + variable + ": it is redacted");
    }
    Field field = new Field(key, (ContextVar<@Nullable Object>) variable, text);
    append(field);
    return () -> remove(field);
  }

  private static synchronized void append(Field added) {
    Field[] before = fields;
    for (Field field : before) {
      if (field.key().equals(added.key())) {
        throw new IllegalArgumentException(
            "cannot log " + added.variable() + ": " + field.variable() + " has its key");
      }
    }
    Field[] after = Arrays.copyOf(before, before.length + 1);
    after[before.length] = added;
    fields = after;
  }

  private static synchronized void remove(Field removed) {
    fields = Arrays.stream(fields).filter(field -> field != removed).toArray(Field[]::new);
  }

  /** Returns the registered fields; the array must not be changed. */
  static Field[] registered() {
    return fields;
  }
}
