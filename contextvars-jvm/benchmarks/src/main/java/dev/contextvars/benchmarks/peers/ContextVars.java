// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.benchmarks.peers;

import dev.contextvars.Context;
import dev.contextvars.ContextVar;

/** Ours: the thread is in a context with n variables. */
public class ContextVars extends Bound {
  public ContextVar<?>[] all;
  public ContextVar<Object> last;
  public ContextVar<Object> absent;
  public Context context;

  /** A copy of the context, for running in. */
  public Context captured;

  @Override
  void bind(int keys) {
    context = new Context();
    context.enter();
    all = new ContextVar<?>[keys];
    for (int i = 0; i < keys; i++) {
      last = new ContextVar<>("v" + i);
      last.set(i);
      all[i] = last;
    }
    absent = new ContextVar<>("absent", DEFAULT);
    captured = context.copy();
  }

  @Override
  public void unbind() {
    context.exit();
  }
}
