// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.junit5;

import dev.contextvars.Context;
import dev.contextvars.ContextSwap;
import dev.contextvars.ContextVar;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;
import org.junit.jupiter.api.extension.ExtensionContext;

/** The check for values that other code has left on the thread of a test. */
final class Leaks {
  private static final String PARAMETER = "contextvars.junit.leaks";

  private Leaks() {}

  /**
   * Removes the calling thread's current Context if it has values, and returns the error for it;
   * returns null if it has none, or if leaks are ignored.
   *
   * @throws ExtensionConfigurationException if the parameter has another value than fail or ignore
   */
  static @Nullable AssertionError take(ExtensionContext scope) {
    Context leaked = ContextSwap.current();
    if (leaked == null || leaked.isEmpty() || isIgnored(scope)) {
      return null;
    }
    ContextSwap.detach(null); // an attachment that was not detached
    ContextSwap.swap(null);
    String names =
        leaked.asMap().keySet().stream()
            .map(ContextVar::getName)
            .sorted()
            .collect(Collectors.joining(", "));
    return new AssertionError(
        "the test thread already has a current context with values of "
            + names
            + ": an earlier test, or a callback of an extension, has set them outside of its own"
            + " context");
  }

  private static boolean isIgnored(ExtensionContext scope) {
    String value = scope.getConfigurationParameter(PARAMETER).orElse("fail");
    return switch (value) {
      case "fail" -> false;
      case "ignore" -> true;
      default ->
          throw new ExtensionConfigurationException(
              PARAMETER + " must be fail or ignore, and not " + value);
    };
  }
}
