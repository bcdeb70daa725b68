// SPDX-License-Identifier: Apache-2.0
package shop;

import dev.contextvars.Context;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;

// snippet: extension
/** Runs each test, with its before and after methods, in a new context. */
final class InNewContext implements BeforeEachCallback, AfterEachCallback {
  private static final Namespace NAMESPACE = Namespace.create(InNewContext.class);

  @Override
  public void beforeEach(ExtensionContext test) {
    Context context = new Context();
    test.getStore(NAMESPACE).put("context", context);
    context.enter();
  }

  @Override
  public void afterEach(ExtensionContext test) {
    test.getStore(NAMESPACE).get("context", Context.class).exit();
  }
}
// end: extension
