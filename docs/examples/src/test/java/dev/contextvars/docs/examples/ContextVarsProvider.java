// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.docs.examples;

import dev.contextvars.Context;
import java.util.Map;
import org.eclipse.microprofile.context.spi.ThreadContextProvider;
import org.eclipse.microprofile.context.spi.ThreadContextSnapshot;

// snippet: provider
/** Propagates context variables: each function runs in a copy. */
public final class ContextVarsProvider implements ThreadContextProvider {
  @Override
  public String getThreadContextType() {
    return "ContextVars";
  }

  @Override
  public ThreadContextSnapshot currentContext(Map<String, String> properties) {
    return snapshot(Context.copyContext());
  }

  @Override
  public ThreadContextSnapshot clearedContext(Map<String, String> properties) {
    return snapshot(new Context());
  }

  private static ThreadContextSnapshot snapshot(Context values) {
    return () -> {
      Context task = values.copy(); // a function may run in parallel
      task.enter();
      return task::exit;
    };
  }
}
// end: provider
