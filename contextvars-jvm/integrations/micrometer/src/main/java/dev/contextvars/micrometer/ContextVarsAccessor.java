// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.micrometer;

import dev.contextvars.Context;
import dev.contextvars.ContextSwap;
import io.micrometer.context.ThreadLocalAccessor;
import org.jspecify.annotations.Nullable;

/**
 * Adds the current {@link Context} to Micrometer's context propagation; public for ServiceLoader
 * and for registries that an application creates.
 *
 * <p>A snapshot has a copy of the values at its capture. Each scope that is opened with it runs in
 * a new copy, so that scopes on several threads do not see each other's changes. When the scope is
 * closed, the thread has the Context that it had before:
 *
 * <pre>{@code
 * ContextSnapshot snapshot = ContextSnapshotFactory.builder().build().captureAll();
 * pool.execute(
 *     () -> {
 *       try (ContextSnapshot.Scope scope = snapshot.setThreadLocals()) {
 *         System.out.println(TENANT.get()); // prints acme
 *       }
 *     });
 * }</pre>
 *
 * <h2>Notes and cautions on use</h2>
 *
 * <ul>
 *   <li>A change inside a scope is not visible after it, nor in another scope.
 *   <li>A scope for a Context that is already current on the thread uses this Context itself. Such
 *       values come from {@link ReactorContexts#put} or from another integration.
 *   <li>A scope that clears missing values runs in an empty Context.
 *   <li>No method throws: Micrometer would not restore the ThreadLocals that it has set before. If
 *       the value of {@link #KEY} has another type, or if a copy fails, the code runs in an empty
 *       Context, and the thread's uncaught-exception handler is notified.
 *   <li>To switch it off: {@code
 *       ContextRegistry.getInstance().removeThreadLocalAccessor("dev.contextvars")}.
 * </ul>
 *
 * <p>The accessor has no state. Any thread may use it, and each method costs O(1).
 */
public final class ContextVarsAccessor implements ThreadLocalAccessor<Object> {
  /** The key of the Context in Micrometer's registry and in Reactor's context. */
  public static final String KEY = "dev.contextvars";

  /** Creates an accessor. */
  public ContextVarsAccessor() {}

  /** Returns {@link #KEY}. */
  @Override
  public Object key() {
    return KEY;
  }

  /**
   * Returns a snapshot of the calling thread's current Context, or null if it has none. The class
   * of the snapshot is not API.
   */
  @Override
  public @Nullable Object getValue() {
    Context current = ContextSwap.current();
    return current == null
        ? null
        : new Captured(Thread.currentThread(), ContextSwap.token(), Captured.copyOf(current));
  }

  /**
   * Installs a copy of a snapshot, or of a Context, on the calling thread.
   *
   * @param value what {@link #getValue} returned, or a Context; one that is already current on the
   *     thread stays current, because the code is in sequence with the code that installed it
   */
  @Override
  public void setValue(Object value) {
    if (value != ContextSwap.current()) {
      ContextSwap.attach(Captured.copyOf(Captured.contextOf(value)));
    }
  }

  /** Installs an empty Context: a {@code set} with none would leave its value on the thread. */
  @Override
  public void setValue() {
    ContextSwap.attach(new Context());
  }

  /**
   * Restores the Context that was current on the calling thread when {@link #getValue} returned the
   * snapshot. On any other thread, restores what the thread had before its outermost scope.
   */
  @Override
  public void restore(Object previous) {
    boolean isOwn =
        previous instanceof Captured captured && captured.thread() == Thread.currentThread();
    ContextSwap.detach(isOwn ? ((Captured) previous).token() : null);
  }

  /** Restores that the calling thread has no current Context. */
  @Override
  public void restore() {
    ContextSwap.detach(null);
  }
}
