// SPDX-License-Identifier: Apache-2.0
package dev.contextvars;

import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Overflows the stack of each thread while contexts are entered, checks what remains, commits every
 * documented misuse, and prints the results. OverflowSpec runs it.
 *
 * <p>It needs its own JVM, because the overflow must happen first. The recursion has no lambda and
 * no string concatenation: code that is linked for the first time on a full stack may stay
 * unusable, which would be an error of this program.
 */
final class OverflowProgram {
  private static final ContextVar<Integer> DEPTH = new ContextVar<>("depth");
  private static final Supplier<@Nullable Object> LEAF = new Leaf();

  private OverflowProgram() {}

  /** How a recursion enters its contexts. */
  private enum Way {
    EXECUTE,
    CALL,
    RUN,
    ENTER,
    /**
     * Enters nothing on the way, but one context on each of the last frames before the overflow.
     */
    PROBE
  }

  /**
   * The arguments are the first action, the number of threads, and the smallest stack in kilobytes.
   * An action is a {@link Way}, or the name of a misuse to commit on a full stack.
   */
  public static void main(String[] args) throws Exception {
    int threads = Integer.parseInt(args[1]);
    long kilobytes = Long.parseLong(args[2]);
    // Receives exceptions of watchers. The default handler prints a thousand frames each time.
    Thread.setDefaultUncaughtExceptionHandler(new Ignored());
    for (Way way : Way.values()) {
      if (args[0].equals(way.name())) {
        recurse(way, threads, kilobytes);
      }
    }
    for (Mistake each : Mistake.values()) {
      if (args[0].equals(each.name())) {
        for (int i = 0; i < threads; i++) {
          each.commitOnFullStack(kilobytes + 3 * i);
        }
      }
    }
    for (Mistake each : Mistake.values()) {
      System.out.println(each + "=" + each.outcome());
    }
  }

  private static void recurse(Way way, int threads, long kilobytes) throws InterruptedException {
    for (int i = 0; i < threads; i++) {
      boolean watched = i >= threads / 2;
      Registration registration = watched ? ContextWatchers.add(new Watcher()) : null;
      // Sizes and depths differ, so that the overflow happens in each frame of a switch.
      Attempt attempt = new Attempt(way, i, watched);
      Thread thread = new Thread(null, attempt, "overflow", (kilobytes + 3 * i) * 1024);
      thread.start();
      thread.join();
      if (registration != null) {
        registration.close();
      }
      System.out.println("thread " + i + "=" + attempt.result);
    }
  }

  /** Recurses to the overflow in an outer context, and checks what remains. */
  private static final class Attempt implements Runnable {
    private final Recursion recursion;
    private final int offset;
    private final boolean watched;
    private final Context outer = new Context();
    String result = "not run";

    Attempt(Way way, int offset, boolean watched) {
      this.recursion = new Recursion(way);
      this.offset = offset;
      this.watched = watched;
    }

    @Override
    public void run() {
      try {
        new Outer(this).enterAndOverflow();
        check(ContextSwap.current() == null, "a context is current after the outer one");
        result = "recovered";
      } catch (Throwable failure) {
        result = failure.toString();
      }
    }

    void overflow() {
      DEPTH.set(-1);
      boolean overflown = false;
      try {
        recursion.start(offset);
      } catch (StackOverflowError expected) {
        overflown = true;
      }
      recursion.exitRemaining(outer);
      check(overflown && recursion.created > 20, "no overflow of many contexts");
      check(ContextSwap.current() == outer, "the outer context is not current");
      check(DEPTH.get() == -1, "the outer context has another value");
      for (int i = 0; i < recursion.created; i++) {
        Context context = recursion.contexts[i];
        check(!context.isEntered(), "a context is still entered");
        context.enter();
        context.exit();
      }
      int before = Watcher.notified;
      recursion.contexts[0].enter();
      recursion.contexts[0].exit();
      check(Watcher.notified - before == (watched ? 2 : 0), "a watcher was not notified");
      DEPTH.reset(DEPTH.set(1));
    }
  }

  /** The body of the outer context. */
  private record Outer(Attempt attempt) implements Runnable {
    void enterAndOverflow() {
      attempt.outer.execute(this);
    }

    @Override
    public void run() {
      attempt.overflow();
    }
  }

  private static final class Recursion
      implements Runnable, Supplier<@Nullable Object>, Callable<@Nullable Object> {
    final Context[] contexts = new Context[100_000];
    int created;
    private final Way way;

    Recursion(Way way) {
      this.way = way;
    }

    /** Starts at a depth, so that threads overflow at different frames. */
    void start(int offset) {
      if (offset == 0) {
        recurse();
      } else {
        start(offset - 1);
      }
    }

    private void recurse() {
      Context next = new Context();
      contexts[created] = next;
      created++;
      switch (way) {
        case EXECUTE -> next.execute(this);
        case RUN -> next.run(this);
        case CALL -> call(next);
        case ENTER -> enter(next);
        case PROBE -> probe();
      }
    }

    /** Its frame is small, so that the overflow happens in each frame of a switch. */
    private void probe() {
      try {
        probe();
      } catch (StackOverflowError overflow) {
        if (created < 300) {
          Context next = new Context();
          contexts[created] = next;
          created++;
          enterOnce(next);
        }
        throw overflow;
      }
    }

    private void enterOnce(Context next) {
      try {
        next.run(LEAF);
      } catch (StackOverflowError expected) {
        // The caller checks what remains.
      }
    }

    private void call(Context next) {
      try {
        next.call(this);
      } catch (Exception e) {
        throw new AssertionError(e);
      }
    }

    /** An exit that fails on a full stack changes nothing, and the next frame repeats it. */
    private void enter(Context next) {
      Context before = ContextSwap.current();
      next.enter();
      try {
        run();
      } finally {
        unwindTo(before);
      }
    }

    /** Exits the contexts that {@link #enter} could not exit on the full stack. */
    void exitRemaining(Context outer) {
      if (way == Way.ENTER) {
        unwindTo(outer);
      }
    }

    private void unwindTo(@Nullable Context before) {
      Context current = ContextSwap.current();
      while (current != before) {
        current.exit();
        current = ContextSwap.current();
      }
    }

    @Override
    public void run() {
      Token<Integer> token = DEPTH.set(created);
      recurse();
      DEPTH.reset(token);
    }

    @Override
    public @Nullable Object get() {
      run();
      return null;
    }

    @Override
    public @Nullable Object call() {
      run();
      return null;
    }
  }

  private static final class Leaf implements Supplier<@Nullable Object> {
    @Override
    public @Nullable Object get() {
      return null;
    }
  }

  private static final class Watcher implements Consumer<@Nullable Context> {
    static int notified; // one thread at a time is running

    @Override
    public void accept(@Nullable Context context) {
      notified++;
    }
  }

  private static final class Ignored implements Thread.UncaughtExceptionHandler {
    @Override
    public void uncaughtException(Thread thread, Throwable failure) {}
  }

  private static void check(boolean condition, String otherwise) {
    if (!condition) {
      throw new AssertionError(otherwise);
    }
  }
}
