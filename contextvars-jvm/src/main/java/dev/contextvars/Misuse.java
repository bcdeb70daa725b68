// SPDX-License-Identifier: Apache-2.0
package dev.contextvars;

import java.util.Objects;
import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.FlightRecorder;
import jdk.jfr.Label;
import jdk.jfr.Name;

/** Records misuse of contexts and tokens as events of the JDK Flight Recorder. */
final class Misuse {
  /** Whether the module jdk.jfr is present; a custom run-time image may omit it. */
  private static final boolean RECORDABLE = ModuleLayer.boot().findModule("jdk.jfr").isPresent();

  static {
    // A class whose initialization fails because the stack is full stays unusable.
    if (RECORDABLE) {
      FlightRecorder.isInitialized();
    }
  }

  private Misuse() {}

  /** Records an exception that is about to be thrown, and returns it; never throws. */
  static <E extends RuntimeException> E recorded(E mistake) {
    try {
      // Loading the event class loads hundreds of others: it must not happen before JFR is in use.
      if (RECORDABLE && FlightRecorder.isInitialized()) {
        Recorder.record(mistake);
      }
    } catch (VirtualMachineError | LinkageError unrecordable) {
      // The exception itself matters more than its event.
    }
    return mistake;
  }

  /** A separate class, so that the event class is loaded only when it is used. */
  private static final class Recorder {
    static void record(RuntimeException mistake) {
      MisuseEvent event = new MisuseEvent();
      if (event.shouldCommit()) {
        event.mistake = mistake.getClass().getSimpleName();
        event.message = Objects.requireNonNullElse(mistake.getMessage(), "");
        event.commit();
      }
    }
  }

  @Name("dev.contextvars.Misuse")
  @Label("Context Variable Misuse")
  @Description("A token or a context was used in a way that was rejected")
  @Category("Context Variables")
  static final class MisuseEvent extends Event {
    @Label("Mistake")
    String mistake = "";

    @Label("Message")
    String message = "";
  }
}
