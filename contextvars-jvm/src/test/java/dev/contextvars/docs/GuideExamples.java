// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.docs;

import dev.contextvars.Bindings;
import dev.contextvars.Context;
import dev.contextvars.ContextDiff;
import dev.contextvars.ContextEnteredException;
import dev.contextvars.ContextVar;
import dev.contextvars.ContextWatchers;
import dev.contextvars.Token;
import dev.contextvars.WrongContextException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;

/**
 * The examples of docs/java-guide.md and docs/security.md. Each method is an example, and runs in
 * its own Context.
 */
@SuppressWarnings("try") // tokens are only closed
final class GuideExamples {
  // snippet: declare
  static final ContextVar<String> USER = new ContextVar<>("user");
  static final ContextVar<Locale> LOCALE = new ContextVar<>("locale", Locale.ENGLISH);

  // end: declare

  private static final ContextVar<Integer> DEPTH = new ContextVar<>("depth", 0);

  // snippet: policies
  static final ContextVar<Set<String>> SEEN =
      ContextVar.<Set<String>>builder("seen")
          .defaultSupplier(TreeSet::new) // once for each context
          .copyWith(TreeSet::new) // each copy of a context has its own
          .build();

  static final ContextVar<String> PASSWORD =
      ContextVar.<String>builder("password").excludeFromCopies().redacted().build();

  static void policies() {
    SEEN.get().add("tea");
    PASSWORD.set("wonderland");
    Context copy = Context.copyContext();
    copy.execute(() -> SEEN.get().add("cup"));
    System.out.println(SEEN.get() + " " + copy.get(SEEN)); // prints [tea] [cup, tea]
    System.out.println(copy.contains(PASSWORD)); // prints false
  }

  // end: policies

  private GuideExamples() {}

  static void values() {
    // snippet: values
    USER.set("alice");
    System.out.println(USER.get()); // prints alice
    System.out.println(LOCALE.get()); // prints en
    System.out.println(LOCALE.get(Locale.FRENCH)); // prints fr
    System.out.println(LOCALE.isSet()); // prints false
    // end: values
  }

  static void tokens() {
    // snippet: tokens
    USER.set("alice");
    try (var token = USER.set("root")) {
      System.out.println(USER.get()); // prints root
      System.out.println(token.getOldValue()); // prints alice
    }
    System.out.println(USER.get()); // prints alice
    // end: tokens
  }

  static void several() {
    // snippet: several
    try (var scope = Bindings.of(USER, "alice").and(LOCALE, Locale.FRENCH).set()) {
      System.out.println(USER.get() + " " + LOCALE.get()); // prints alice fr
    }
    System.out.println(USER.isSet() + " " + LOCALE.get()); // prints false en
    // end: several
  }

  static void scoped() {
    // snippet: scoped
    Bindings.of(USER, "root")
        .execute(
            () -> {
              System.out.println(USER.get()); // prints root
            });
    System.out.println(USER.isSet()); // prints false
    // end: scoped
  }

  static void contexts() {
    // snippet: contexts
    Context request = new Context();
    request.execute(() -> USER.set("alice"));
    System.out.println(USER.isSet()); // prints false
    System.out.println(request.get(USER)); // prints alice

    Context copy = request.copy();
    String greeting =
        copy.run(
            () -> {
              USER.set("bob");
              return "Hello, " + USER.get();
            });
    System.out.println(greeting); // prints Hello, bob
    System.out.println(request.get(USER)); // prints alice
    // end: contexts
  }

  static void pool() throws Exception {
    ExecutorService pool = Executors.newFixedThreadPool(2);
    try {
      // snippet: pool
      USER.set("alice");
      Context task = Context.copyContext(); // here, and one for each task
      Callable<String> body = task.wrapCallable(() -> "Hello, " + USER.get());
      Future<String> greeting = pool.submit(body);
      USER.set("bob");
      System.out.println(greeting.get()); // prints Hello, alice
      // end: pool
    } finally {
      pool.shutdown();
    }
  }

  static void executor() {
    // snippet: executor
    Context session = new Context();
    session.execute(() -> USER.set("alice"));
    CompletableFuture.supplyAsync(() -> "ready")
        .thenAcceptAsync(state -> System.out.println(USER.get() + " " + state), session)
        .join(); // prints alice ready
    // end: executor
  }

  static void differences() {
    // snippet: differences
    USER.set("alice");
    Context before = Context.copyContext();
    USER.set("bob");
    ContextDiff diff = before.diff(Context.copyContext());
    System.out.println(diff); // prints ~ user=alice -> bob
    // end: differences
  }

  static void entered() {
    // snippet: entered
    Context request = new Context();
    request.execute(
        () -> {
          try {
            request.execute(() -> {});
          } catch (ContextEnteredException e) {
            System.out.println(e.getContext() == request); // prints true
          }
        });
    // end: entered
  }

  static void update() {
    // snippet: update
    Token<Integer> token = DEPTH.update(depth -> depth + 1);
    System.out.println(DEPTH.get()); // prints 1
    System.out.println(new Context().run(token::tryReset)); // prints false
    System.out.println(token.tryReset()); // prints true
    System.out.println(DEPTH.get()); // prints 0
    // end: update
  }

  static void without() {
    // snippet: without
    USER.set("alice");
    Context anonymous = Context.copyContext().without(USER);
    System.out.println(anonymous.contains(USER)); // prints false
    Context french = anonymous.with(LOCALE, Locale.FRENCH);
    System.out.println(french.get(LOCALE)); // prints fr
    // end: without
  }

  static void dump() {
    // snippet: dump
    USER.set("alice");
    String dump = Context.copyContext().with(PASSWORD, "open sesame").dump();
    System.out.println(dump.contains("user=alice")); // prints true
    System.out.println(dump.contains("password=<redacted>")); // prints true
    // end: dump
  }

  static void export() {
    // snippet: export
    Context context = new Context().with(USER, "alice").with(PASSWORD, "wonderland");
    for (var entry : context) {
      if (!entry.getKey().isRedacted()) {
        String name = entry.getKey().getName();
        System.out.println(name + "=" + entry.getValue()); // prints user=alice
      }
    }
    // end: export
  }

  static void watch() {
    // snippet: watch
    List<String> seen = new ArrayList<>();
    Context request = new Context().with(USER, "alice");
    Consumer<Context> log = now -> seen.add(now == null ? "-" : now.get(USER, "-"));

    try (var registration = ContextWatchers.add(log)) {
      request.execute(() -> LOCALE.set(Locale.FRENCH)); // a set is not a switch
    }
    System.out.println(seen); // prints [alice, -]
    // end: watch
  }

  static void misuse() throws IOException {
    // snippet: misuse
    Path file = Files.createTempFile("misuse", ".jfr");
    try (Recording recording = new Recording()) {
      recording.enable("dev.contextvars.Misuse");
      recording.start();
      Token<String> token = USER.set("alice");
      try {
        new Context().execute(token::close);
      } catch (WrongContextException e) {
        recording.dump(file);
      }
    }
    RecordedEvent event = RecordingFile.readAllEvents(file).get(0);
    Files.delete(file);
    System.out.println(event.getString("mistake")); // prints WrongContextException
    // end: misuse
  }
}
