// SPDX-License-Identifier: Apache-2.0
package dev.contextvars;

import java.util.Objects;
import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.FlightRecorder;
import jdk.jfr.Label;
import jdk.jfr.Name;

/** Records misuse of contexts and tokens in the flight recorder. */
final class Misuse {
  /** Whether the module jdk.jfr is present: a small run-time image may lack it. */
  private static final boolean RECORDABLE = ModuleLayer.boot().findModule("jdk.jfr").isPresent();

  static {
    // A class that is initialized for the first time when the stack is full stays unusable.
    if (RECORDABLE) {
      FlightRecorder.isInitialized();
    }
  }

  private Misuse() {}

  /** Records a mistake where it is thrown, and returns it; never throws. */
  static <E extends RuntimeException> E recorded(E mistake) {
    try {
      // The event's class costs hundreds of others: it must not be loaded before JFR is in use.
      if (RECORDABLE && FlightRecorder.isInitialized()) {
        Recorder.record(mistake);
      }
    } catch (VirtualMachineError | LinkageError unrecordable) {
      // The mistake itself matters more than its record.
    }
    return mistake;
  }

  /** A separate class, so that the event's class is loaded only if it is used. */
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
