// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.stress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.contextvars.Context;
import dev.contextvars.ContextEnteredException;
import dev.contextvars.ContextSwap;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.ZZI_Result;
import org.openjdk.jcstress.infra.results.ZZ_Result;

/** Two threads that enter one context. */
public final class EnterStress {
  private EnterStress() {}

  /** Of two threads that enter and stay, exactly one is let in. */
  @JCStressTest
  @State
  @Outcome(
      id = {"true, false", "false, true"},
      expect = ACCEPTABLE,
      desc = "one is in")
  @Outcome(expect = FORBIDDEN, desc = "both are in, or none")
  public static class OneWins {
    private final Context context = new Context();

    @Actor
    public void one(ZZ_Result r) {
      r.r1 = entersAndStays(context);
    }

    @Actor
    public void two(ZZ_Result r) {
      r.r2 = entersAndStays(context);
    }

    private static boolean entersAndStays(Context context) {
      try {
        context.enter();
      } catch (ContextEnteredException refusal) {
        return false;
      }
      ContextSwap.swap(null); // the context stays entered; jcstress uses the thread again
      return true;
    }
  }

  /** A context excludes: what is done in it, by one thread after the other, needs no lock. */
  @JCStressTest
  @State
  @Outcome(
      id = {"true, false, 1", "false, true, 1"},
      expect = ACCEPTABLE,
      desc = "they met, and one was refused")
  @Outcome(id = "true, true, 2", expect = ACCEPTABLE, desc = "one after the other")
  @Outcome(expect = FORBIDDEN, desc = "both were in at once")
  public static class OneAtATime {
    private final Context context = new Context();
    private int done;

    @Actor
    public void one(ZZI_Result r) {
      r.r1 = runs(context, () -> done++);
    }

    @Actor
    public void two(ZZI_Result r) {
      r.r2 = runs(context, () -> done++);
    }

    @Arbiter
    public void after(ZZI_Result r) {
      r.r3 = done;
    }
  }

  /** Who enters sees all that was done in the context before, bound or not. */
  @JCStressTest
  @State
  @Outcome(id = "-1, -1", expect = ACCEPTABLE, desc = "refused")
  @Outcome(id = "0, 0", expect = ACCEPTABLE, desc = "before the other")
  @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "after the other")
  @Outcome(expect = FORBIDDEN, desc = "a part of what the other did")
  public static class NextSeesAll {
    private final Context context = Work.context();
    private int done;

    @Actor
    public void one() {
      runs(
          context,
          () -> {
            done = 1;
            Work.FIRST.set(Work.of(1));
          });
    }

    @Actor
    public void two(II_Result r) {
      r.r1 = -1;
      r.r2 = -1;
      runs(
          context,
          () -> {
            r.r1 = Work.FIRST.isSet() ? Work.FIRST.get().amount : 0;
            r.r2 = done;
          });
    }
  }

  /** Each of two threads is afterwards on the context that it came from. */
  @JCStressTest
  @State
  @Outcome(id = "true, true", expect = ACCEPTABLE, desc = "both are back")
  @Outcome(expect = FORBIDDEN, desc = "one is where the other was")
  public static class EachGoesBack {
    private final Context context = new Context();

    @Actor
    public void one(ZZ_Result r) {
      r.r1 = comesBack(context);
    }

    @Actor
    public void two(ZZ_Result r) {
      r.r2 = comesBack(context);
    }

    private static boolean comesBack(Context context) {
      Context mine = new Context();
      ContextSwap.swap(mine);
      runs(context, () -> {});
      return ContextSwap.swap(null) == mine;
    }
  }

  private static boolean runs(Context context, Runnable body) {
    try {
      context.execute(body);
      return true;
    } catch (ContextEnteredException refusal) {
      return false;
    }
  }
}
