// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.stress;

import static dev.contextvars.stress.Work.FIRST;
import static dev.contextvars.stress.Work.OTHERS;
import static dev.contextvars.stress.Work.SECOND;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.contextvars.Context;
import dev.contextvars.Token;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * One thread reads a context while its owner sets in it, or resets.
 *
 * <p>The owner gives FIRST the amount 1, then SECOND the amount 2, or takes both back in reverse.
 * So the context holds 0, 1 or 3 at any moment, and never 2.
 */
public final class ReadingStress {
  private ReadingStress() {}

  /** A context that its owner binds two variables in. */
  public abstract static class Setting {
    final Context context = Work.context();

    void own() {
      Work.with(
          context,
          () -> {
            FIRST.set(Work.of(1));
            SECOND.set(Work.of(2));
          });
    }
  }

  /** An iterator walks over what there was at one moment, values and all. */
  @JCStressTest
  @State
  @Outcome(
      id = {"0, 0", "0, 1", "0, 3", "1, 1", "1, 3", "2, 3"},
      expect = ACCEPTABLE,
      desc = "a moment, and a later one")
  @Outcome(expect = FORBIDDEN, desc = "a torn map, a value in the making, or time going back")
  public static class Iterating extends Setting {
    @Actor
    public void owner() {
      own();
    }

    @Actor
    public void reader(II_Result r) {
      r.r1 = context.size() - OTHERS;
      r.r2 = Work.sum(context);
    }
  }

  /** A copy holds what there was at one moment, and works like any context. */
  @JCStressTest
  @State
  @Outcome(
      id = {"0, 0", "1, 1", "2, 3"},
      expect = ACCEPTABLE,
      desc = "one moment")
  @Outcome(expect = FORBIDDEN, desc = "a torn map, or a value in the making")
  public static class Copying extends Setting {
    @Actor
    public void owner() {
      own();
    }

    @Actor
    public void reader(II_Result r) {
      Context copy = context.copy();
      r.r1 = copy.size() - OTHERS;
      copy.execute(() -> r.r2 = (FIRST.isSet() ? FIRST.get().amount : 0) + secondHere());
    }

    private static int secondHere() {
      return SECOND.isSet() ? SECOND.get().amount : 0;
    }
  }

  /** Two look-ups, in the reverse of the owner's order: who sees the later set sees the earlier. */
  @JCStressTest
  @State
  @Outcome(
      id = {"0, 0", "0, 1", "2, 1"},
      expect = ACCEPTABLE,
      desc = "two moments")
  @Outcome(expect = FORBIDDEN, desc = "SECOND without FIRST, or a value in the making")
  public static class LookingUp extends Setting {
    @Actor
    public void owner() {
      own();
    }

    @Actor
    public void reader(II_Result r) {
      r.r1 = Work.amountOf(context.get(SECOND));
      r.r2 = Work.amountOf(context.get(FIRST));
    }
  }

  /** What resets leave is a whole map too. */
  @JCStressTest
  @State
  @Outcome(
      id = {"0, 0", "1, 1", "2, 3"},
      expect = ACCEPTABLE,
      desc = "one moment")
  @Outcome(expect = FORBIDDEN, desc = "a torn map")
  public static class WhileResetting {
    private final Context context = Work.context();
    private final Token<Work> first = context.run(() -> FIRST.set(Work.of(1)));
    private final Token<Work> second = context.run(() -> SECOND.set(Work.of(2)));

    @Actor
    public void owner() {
      Work.with(
          context,
          () -> {
            SECOND.reset(second);
            FIRST.reset(first);
          });
    }

    @Actor
    public void reader(II_Result r) {
      var map = context.asMap();
      r.r1 = map.size() - OTHERS;
      r.r2 = Work.sum(map.entrySet());
    }
  }
}
