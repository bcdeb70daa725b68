// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.parity;

import com.fasterxml.jackson.databind.JsonNode;
import dev.contextvars.parity.Corpus.Program;
import dev.contextvars.parity.Outcomes.UserError;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

/**
 * Replays one program through the public API, and compares each operation's outcome with CPython's.
 *
 * <p>The control flow is here: bodies, threads, errors that propagate. What the other operations do
 * is in {@link Operations}.
 */
final class Replay {
  private final Program program;
  private final Operations operations = new Operations();
  private final List<Difference> differences = new ArrayList<>();
  private int executed;

  /** An outcome that is not CPython's. */
  record Difference(String program, String path, String operation, String expected, String got) {
    @Override
    public String toString() {
      return program
          + " at "
          + path
          + " "
          + operation
          + "\n  expected "
          + expected
          + "\n  got      "
          + got;
    }
  }

  record Result(int executed, List<Difference> differences) {}

  private Replay(Program program) {
    this.program = program;
  }

  static Result of(Program program) throws Exception {
    Replay replay = new Replay(program);
    inNewThread(() -> replay.body(program.operations(), ""));
    return new Result(replay.executed, replay.differences);
  }

  /** Runs a body to its end, to a {@code return}, or to an error that propagates. */
  private Object body(JsonNode body, String path) {
    for (int i = 0; i < body.size(); i++) {
      JsonNode operation = body.get(i);
      executed++;
      switch (operation.get(0).asText()) {
        case "return":
          return operations.value(operation.get(1));
        case "raise":
          throw new UserError(operation.get(1).asText());
        default:
          step(operation, path + "/" + i);
      }
    }
    return null;
  }

  private void step(JsonNode operation, String path) {
    String name = operation.get(0).asText();
    JsonNode outcome;
    RuntimeException thrown = null;
    try {
      outcome = Outcomes.value(perform(name, operation, path));
    } catch (RuntimeException e) {
      outcome = Outcomes.error(name, e);
      thrown = e;
    }
    compare(operation, path, outcome);
    if (thrown != null && propagates(name, operation)) {
      throw thrown;
    }
  }

  private JsonNode perform(String name, JsonNode operation, String path) {
    return switch (name) {
      case "run" -> {
        JsonNode body = operation.get(2);
        yield Values.toJson(
            operations.context(operation.get(1)).run(() -> body(body, path + "/run")));
      }
      case "thread" -> Values.toJson(inNewThread(() -> body(operation.get(1), path + "/thread")));
      case "with" -> {
        // Not try-with-resources: where the body and the reset both fail, Python raises the latter.
        AutoCloseable token = operations.set(operation.get(1), operation.get(2), operation.get(3));
        try {
          yield Values.toJson(body(operation.get(4), path + "/with"));
        } finally {
          close(token);
        }
      }
      default -> operations.perform(name, operation);
    };
  }

  private static boolean propagates(String name, JsonNode operation) {
    return switch (name) {
      case "run", "thread", "with" -> operation.get(operation.size() - 2).asInt() == 1;
      default -> false;
    };
  }

  private void compare(JsonNode operation, String path, JsonNode outcome) {
    JsonNode expected = operation.get(operation.size() - 1);
    // As texts: Jackson tells a 5 read as int from a 5 made as long.
    if (!outcome.toString().equals(expected.toString())) {
      String call = operation.get(0).asText() + " " + operation.get(1);
      differences.add(
          new Difference(program.id(), path, call, expected.toString(), outcome.toString()));
    }
  }

  private static void close(AutoCloseable token) {
    try {
      token.close();
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  /** Runs the body to its end in a thread that inherits nothing, and passes its error on. */
  private static Object inNewThread(Callable<Object> body) {
    Object[] value = new Object[1];
    Throwable[] failure = new Throwable[1];
    Thread thread =
        new Thread(
            () -> {
              try {
                value[0] = body.call();
              } catch (Throwable e) {
                failure[0] = e;
              }
            });
    thread.start();
    try {
      thread.join();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
    if (failure[0] instanceof RuntimeException error) {
      throw error;
    }
    if (failure[0] != null) {
      throw new AssertionError(failure[0]);
    }
    return value[0];
  }
}
