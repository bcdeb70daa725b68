// SPDX-License-Identifier: Apache-2.0
package dev.contextvars;

import org.jspecify.annotations.Nullable;

/**
 * Says that a variable was to be set on a thread which runs tasks of many and has no context for
 * this one.
 */
public final class ContextRequiredException extends IllegalStateException {
  private static final long serialVersionUID = 1L;

  private final transient @Nullable ContextVar<?> variable;

  ContextRequiredException(Thread thread, ContextVar<?> variable) {
    super(
        "cannot set "
            + variable
            + " on thread "
            + thread.getName()
            + ": no Context is bound to this coroutine, and the next one on this thread would see the"
            + " value. Bind one at the root: runBlocking(Context().asElement()) { … },"
            + " CoroutineScope(Context().asElement()), or"
            + " embeddedServer(parentCoroutineContext = Context().asElement()). To allow it all the"
            + " same: -Dcontextvars.guard=off");
    this.variable = variable;
    Misuse.record(this);
  }

  /** Returns the variable that was not set, or null in an exception that was serialized. */
  public @Nullable ContextVar<?> getVariable() {
    return variable;
  }
}
