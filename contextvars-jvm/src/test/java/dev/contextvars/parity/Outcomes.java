// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.parity;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.contextvars.ContextEnteredException;
import dev.contextvars.ContextNotCurrentException;
import dev.contextvars.ContextNotEnteredException;
import dev.contextvars.TokenUsedException;
import dev.contextvars.UnboundVariableException;
import dev.contextvars.WrongContextException;
import dev.contextvars.WrongVariableException;
import java.util.regex.Pattern;

/**
 * What an operation came to, in the words of the trace: a value, or an error's type, code and text.
 */
final class Outcomes {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final Pattern DEFAULT = Pattern.compile(" default=.*? at 0x");
  private static final Pattern ADDRESS = Pattern.compile("0x[0-9a-f]+");

  private Outcomes() {}

  /** An error that a program raises by itself. */
  static final class UserError extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UserError(String name) {
      super(name);
    }
  }

  static JsonNode value(JsonNode value) {
    return JSON.objectNode().set("v", value);
  }

  static JsonNode error(String operation, RuntimeException thrown) {
    String[] names = names(operation, thrown).split(" ");
    return JSON.objectNode()
        .set("e", JSON.arrayNode().add(names[0]).add(names[1]).add(masked(thrown.getMessage())));
  }

  private static String names(String operation, RuntimeException thrown) {
    if (thrown instanceof TokenUsedException) {
      return "RuntimeError TOKEN_USED";
    }
    if (thrown instanceof WrongVariableException) {
      return "ValueError TOKEN_OTHER_VAR";
    }
    if (thrown instanceof WrongContextException) {
      return "ValueError TOKEN_OTHER_CONTEXT";
    }
    if (thrown instanceof UnboundVariableException) {
      return operation.equals("cidx") ? "KeyError KEY" : "LookupError LOOKUP";
    }
    if (thrown instanceof ContextEnteredException) {
      return "RuntimeError ALREADY_ENTERED";
    }
    if (thrown instanceof ContextNotEnteredException) {
      return "RuntimeError NOT_ENTERED";
    }
    if (thrown instanceof ContextNotCurrentException) {
      return "RuntimeError NOT_CURRENT";
    }
    if (thrown instanceof UserError) {
      return "UserError USER";
    }
    throw thrown; // no outcome, but a fault of the library or of this driver
  }

  /** Returns a text with what differs from run to run masked as the trace has it. */
  static String masked(String text) {
    String withoutDefaults = DEFAULT.matcher(text).replaceAll(" default=* at 0x");
    return ADDRESS.matcher(withoutDefaults).replaceAll("0x*");
  }
}
