// SPDX-License-Identifier: Apache-2.0
package dev.contextvars;

import java.util.List;
import java.util.Objects;
import java.util.Set;
import jdk.jfr.BooleanFlag;
import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Enabled;
import jdk.jfr.Event;
import jdk.jfr.EventType;
import jdk.jfr.FlightRecorder;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.SettingControl;
import jdk.jfr.SettingDefinition;
import org.jspecify.annotations.Nullable;

/**
 * Records what happens to contexts as events of the JDK Flight Recorder; the only class that uses
 * the event classes.
 *
 * <p>Each method first checks whether the recorder is in use: one volatile read. The first use of
 * an event class loads more than 300 classes, and a program that is not recorded must not load
 * them.
 *
 * <p>Recording never fails the program. If the stack or the memory is exhausted, the event is
 * missing. If the first event of a class meets an exhausted stack, all events of that class are
 * missing, because a class whose initialization fails stays unusable (a LinkageError).
 */
final class FlightEvents {
  /** Whether the module jdk.jfr is present; a custom run-time image may omit it. */
  private static final boolean PRESENT = ModuleLayer.boot().findModule("jdk.jfr").isPresent();

  static {
    // A class whose initialization fails because the stack is full stays unusable.
    if (PRESENT) {
      FlightRecorder.isInitialized();
    }
  }

  private FlightEvents() {}

  private static boolean isInUse() {
    return PRESENT && FlightRecorder.isInitialized();
  }

  // No method below passes an event as an argument: to verify such a call, the JVM would load the
  // event's class together with this one. Nor is there a helper that commits: `jfr print` shows
  // five frames, and each frame here is one less of the caller.

  /** Records an exception that is about to be thrown, and returns it. */
  static <E extends RuntimeException> E misuse(E mistake) {
    try {
      if (isInUse()) {
        MisuseEvent event = new MisuseEvent();
        if (event.shouldCommit()) {
          event.mistake = mistake.getClass().getSimpleName();
          event.message = Objects.requireNonNullElse(mistake.getMessage(), "");
          event.commit();
        }
      }
    } catch (VirtualMachineError | LinkageError unrecordable) {
      // The exception itself matters more than its event.
    }
    return mistake;
  }

  // ---- set and reset: after the change, because describing a value calls code of the user ----

  static void set(
      ContextState context, ContextVar<?> variable, @Nullable Object value, String kind) {
    if (isInUse()) {
      try {
        if (Types.SET.isEnabled()) {
          SetEvent event = new SetEvent();
          if (event.shouldCommit()) {
            event.describe(context, variable, value, kind);
            event.commit();
          }
        }
      } catch (VirtualMachineError | LinkageError unrecordable) {
        // The event is missing.
      }
    }
  }

  static void setAll(ContextState context, List<Bindings.Entry<?>> entries) {
    if (isInUse()) {
      try {
        for (Bindings.Entry<?> entry : entries) {
          set(context, entry.variable(), entry.value(), "bindings");
        }
      } catch (VirtualMachineError unrecordable) {
        // The events are missing.
      }
    }
  }

  static void reset(ContextState context, ContextVar<?> variable, String kind) {
    if (isInUse()) {
      try {
        if (Types.RESET.isEnabled()) {
          ResetEvent event = new ResetEvent();
          if (event.shouldCommit()) {
            event.describe(context, variable, context.valueOrMissing(variable), kind);
            event.commit();
          }
        }
      } catch (VirtualMachineError | LinkageError unrecordable) {
        // The event is missing.
      }
    }
  }

  static void resetAll(ContextState context, List<Token<?>> tokens) {
    if (isInUse()) {
      try {
        for (Token<?> token : tokens) {
          reset(context, token.getVariable(), "bindings");
        }
      } catch (VirtualMachineError unrecordable) {
        // The events are missing.
      }
    }
  }

  /** Returns whether copies are recorded, so that {@link #copy} must be called for each one. */
  static boolean isCopyRecorded() {
    if (isInUse()) {
      try {
        return Types.COPY.isEnabled();
      } catch (VirtualMachineError | LinkageError unrecordable) {
        // The event is missing.
      }
    }
    return false;
  }

  static void copy(ContextState from, ContextState to) {
    if (isInUse()) {
      try {
        if (Types.COPY.isEnabled()) {
          CopyEvent event = new CopyEvent();
          if (event.shouldCommit()) {
            event.from = Descriptions.number(from);
            event.to = Descriptions.number(to);
            event.commit();
          }
        }
      } catch (VirtualMachineError | LinkageError unrecordable) {
        // The event is missing.
      }
    }
  }

  // ---- enter and exit: one event, which is committed by the exit ----

  /**
   * Starts an event, and returns it, or null if such events are not recorded.
   *
   * @param outer the innermost event that the calling thread has started and not yet ended, or null
   */
  static @Nullable Object enter(ContextState context, String kind, @Nullable Object outer) {
    if (isInUse()) {
      try {
        if (Types.ENTER.isEnabled()) {
          EnterEvent event = new EnterEvent();
          event.context = Descriptions.number(context);
          event.kind = kind;
          event.entered = context;
          event.outer = outer;
          event.begin();
          return event;
        }
      } catch (VirtualMachineError | LinkageError unrecordable) {
        // The event is missing.
      }
    }
    return null;
  }

  /** Ends the given event and those outside of it, up to the given one, which continues. */
  static void exit(@Nullable Object innermost, @Nullable Object continuing) {
    try {
      Object each = innermost;
      while (each != null && each != continuing) {
        EnterEvent event = (EnterEvent) each;
        each = event.outer;
        if (event.entered != null) { // not ended yet
          event.entered = null;
          event.commit();
        }
      }
    } catch (VirtualMachineError | LinkageError unrecordable) {
      // The events are missing.
    }
  }

  /** Returns the event outside of the given context's, or the innermost one if it has none. */
  static @Nullable Object outsideOf(ContextState context, Object innermost) {
    Object each = innermost;
    while (each != null) {
      EnterEvent event = (EnterEvent) each;
      if (event.entered == context) {
        return event.outer;
      }
      each = event.outer;
    }
    return innermost;
  }

  // ---- the events ----

  /**
   * The types of the events that are off by default. To ask an event itself, it must be created.
   */
  private static final class Types {
    static final EventType SET = EventType.getEventType(SetEvent.class);
    static final EventType RESET = EventType.getEventType(ResetEvent.class);
    static final EventType ENTER = EventType.getEventType(EnterEvent.class);
    static final EventType COPY = EventType.getEventType(CopyEvent.class);
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

  /** A variable of a context that has changed. */
  abstract static class ChangeEvent extends Event {
    @Label("Variable")
    String variable = "";

    @Label("Context")
    @Description("The number in the context's text")
    String context = "";

    @Label("Kind")
    String kind = "";

    @Label("Value")
    @Description("The text of the new value, up to 200 characters")
    String value = "<not shown>";

    /**
     * Set by the recorder's call of {@link #values}; transient, so that it is no field of the
     * event.
     */
    private transient boolean showsValue;

    @Label("Values")
    @Description("Show the texts of values; those of redacted variables never show")
    @SettingDefinition
    boolean values(ValuesSetting setting) {
      showsValue = setting.on;
      return true; // commit the event in any case
    }

    final void describe(
        ContextState in, ContextVar<?> changed, @Nullable Object newValue, String how) {
      variable = changed.getName();
      context = Descriptions.number(in);
      kind = how;
      if (showsValue) {
        value = Descriptions.excerpt(changed, newValue);
      }
    }
  }

  @Name("dev.contextvars.Set")
  @Label("Context Variable Set")
  @Description("A variable was set: by set, by bindings, or by computing its initial value")
  @Category("Context Variables")
  @Enabled(false)
  static final class SetEvent extends ChangeEvent {}

  @Name("dev.contextvars.Reset")
  @Label("Context Variable Reset")
  @Description("A variable was reset to an earlier value: by reset, or together with bindings")
  @Category("Context Variables")
  @Enabled(false)
  static final class ResetEvent extends ChangeEvent {}

  @Name("dev.contextvars.Enter")
  @Label("Context Entered")
  @Description("A context was current on a thread, from the enter to the exit")
  @Category("Context Variables")
  @Enabled(false)
  static final class EnterEvent extends Event {
    @Label("Context")
    @Description("The number in the context's text")
    String context = "";

    @Label("Kind")
    @Description("run, enter, coroutine, or executor (a wrapped task or callback)")
    String kind = "";

    // Transient: no fields of the event. Both are confined to the thread that started the event.
    private transient @Nullable ContextState entered; // null when the event has ended
    private transient @Nullable Object outer;
  }

  @Name("dev.contextvars.Copy")
  @Label("Context Copied")
  @Description("A context was created as a copy of another one")
  @Category("Context Variables")
  @Enabled(false)
  static final class CopyEvent extends Event {
    @Label("From")
    @Description("The number in the original's text")
    String from = "";

    @Label("To")
    @Description("The number in the copy's text")
    String to = "";
  }

  /** The setting {@code values}. The recorder creates it by reflection. */
  @BooleanFlag
  @Label("Values")
  static final class ValuesSetting extends SettingControl {
    // Volatile: written by a thread that starts or stops a recording, read by threads that set.
    private volatile boolean on;

    @Override
    public String combine(Set<String> settings) {
      return String.valueOf(settings.contains("true"));
    }

    @Override
    public void setValue(String value) {
      on = Boolean.parseBoolean(value);
    }

    @Override
    public String getValue() {
      return String.valueOf(on);
    }
  }
}
