// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.stress;

import static dev.contextvars.stress.Work.FIRST;
import static dev.contextvars.stress.Work.OTHERS;
import static dev.contextvars.stress.Work.SECOND;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.contextvars.Bindings;
import dev.contextvars.Context;
import dev.contextvars.ContextVar;
import dev.contextvars.Token;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.I_Result;

/**
 * Tests of a thread that reads a context while the owner sets or resets variables in it.
 *
 * <p>The owner sets FIRST to the amount 1 and then SECOND to the amount 2, or resets both in
 * reverse order. The sum in the context is therefore always 0, 1 or 3, and never 2.
 */
public final class ReadingStress {
  private ReadingStress() {}

  /** A context in which the owner sets two variables. */
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

  /** An iterator iterates over the variables and values at one point in time. */
  @JCStressTest
  @State
  @Outcome(
      id = {"0, 0", "0, 1", "0, 3", "1, 1", "1, 3", "2, 3"},
      expect = ACCEPTABLE,
      desc = "one point in time, and a later one")
  @Outcome(
      expect = FORBIDDEN,
      desc = "an incomplete map or value, or an older state after a newer one")
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

  /** A copy has the variables and values at one point in time, and is usable like any context. */
  @JCStressTest
  @State
  @Outcome(
      id = {"0, 0", "1, 1", "2, 3"},
      expect = ACCEPTABLE,
      desc = "one point in time")
  @Outcome(expect = FORBIDDEN, desc = "an incomplete map or value")
  public static class Copying extends Setting {
    @Actor
    public void owner() {
      own();
    }

    @Actor
    public void reader(II_Result r) {
      Context copy = context.copy();
      r.r1 = copy.size() - OTHERS;
      copy.execute(() -> r.r2 = (FIRST.isSet() ? FIRST.get().amount : 0) + amountOfSecond());
    }

    private static int amountOfSecond() {
      return SECOND.isSet() ? SECOND.get().amount : 0;
    }
  }

  /**
   * Two lookups in the reverse of the owner's order: a thread that sees the later set also sees the
   * earlier one.
   */
  @JCStressTest
  @State
  @Outcome(
      id = {"0, 0", "0, 1", "2, 1"},
      expect = ACCEPTABLE,
      desc = "two points in time")
  @Outcome(expect = FORBIDDEN, desc = "SECOND without FIRST, or an incomplete value")
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

  /**
   * A thread that sees a reset sees what the owner did before it. The reset writes a map that is
   * older than that.
   */
  @JCStressTest
  @State
  @Outcome(
      id = {"1, 0", "1, 1", "0, 1"},
      expect = ACCEPTABLE,
      desc = "in order")
  @Outcome(expect = FORBIDDEN, desc = "the reset without what was done before it")
  public static class BeforeReset {
    private final Context context = Work.context();
    private final Token<Work> token = context.run(() -> FIRST.set(Work.of(1)));
    private int done;

    @Actor
    public void owner() {
      context.execute(
          () -> {
            done = 1;
            FIRST.reset(token);
          });
    }

    @Actor
    public void reader(II_Result r) {
      r.r1 = Work.amountOf(context.get(FIRST));
      r.r2 = done;
    }
  }

  /** The map is also complete after resets. */
  @JCStressTest
  @State
  @Outcome(
      id = {"0, 0", "1, 1", "2, 3"},
      expect = ACCEPTABLE,
      desc = "one point in time")
  @Outcome(expect = FORBIDDEN, desc = "an incomplete map")
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

  /** A copy never contains a variable that is excluded from copies, also during its first set. */
  @JCStressTest
  @State
  @Outcome(id = "0", expect = ACCEPTABLE, desc = "the copy does not have the variable")
  @Outcome(expect = FORBIDDEN, desc = "the copy has the variable")
  public static class Excluding {
    private static final ContextVar<Integer> EXCLUDED =
        ContextVar.<Integer>builder("excluded").excludeFromCopies().build();

    private final Context context = new Context();

    @Actor
    public void owner() {
      Work.with(context, () -> EXCLUDED.set(1));
    }

    @Actor
    public void reader(I_Result r) {
      r.r1 = context.copy().size();
    }
  }

  /** Other threads see all variables of bindings as set, or none. */
  @JCStressTest
  @State
  @Outcome(
      id = {"0", "3"},
      expect = ACCEPTABLE,
      desc = "none or both variables are set")
  @Outcome(expect = FORBIDDEN, desc = "only one variable is set")
  public static class Together {
    private final Context context = Work.context();

    @Actor
    public void owner() {
      Bindings both = Bindings.of(FIRST, Work.of(1)).and(SECOND, Work.of(2));
      Work.with(context, both::set);
    }

    @Actor
    public void reader(I_Result r) {
      r.r1 = Work.sum(context);
    }
  }
}
