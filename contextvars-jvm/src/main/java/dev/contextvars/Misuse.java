// SPDX-License-Identifier: Apache-2.0
package dev.contextvars;

import java.util.Objects;
import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;

/** Records mistakes with contexts in the flight recorder, where there is one. */
final class Misuse {
  // The module is not required: a small run-time image may lack it.
  private static final boolean RECORDABLE = ModuleLayer.boot().findModule("jdk.jfr").isPresent();

  private Misuse() {}

  static void record(RuntimeException mistake) {
    if (RECORDABLE) {
      Recorder.record(mistake);
    }
  }

  /** Apart, so that the classes of the flight recorder are loaded only where they are. */
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
  @Description("A token or a context was used in a way that was refused")
  @Category("Context Variables")
  static final class MisuseEvent extends Event {
    @Label("Mistake")
    String mistake = "";

    @Label("Message")
    String message = "";
  }
}
