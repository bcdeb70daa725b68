// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.stress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.contextvars.Context;
import dev.contextvars.ContextEnteredException;
import dev.contextvars.ContextLease;
import dev.contextvars.ContextSwap;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.I_Result;
import org.openjdk.jcstress.infra.results.ZZI_Result;
import org.openjdk.jcstress.infra.results.ZZ_Result;

/** Tests of two threads that enter one context. */
public final class EnterStress {
  private EnterStress() {}

  /** If two threads enter without exiting, exactly one succeeds. */
  @JCStressTest
  @State
  @Outcome(
      id = {"true, false", "false, true"},
      expect = ACCEPTABLE,
      desc = "exactly one has entered")
  @Outcome(expect = FORBIDDEN, desc = "both or none have entered")
  public static class OneWins {
    private final Context context = new Context();

    @Actor
    public void one(ZZ_Result r) {
      r.r1 = enterWithoutExit(context);
    }

    @Actor
    public void two(ZZ_Result r) {
      r.r2 = enterWithoutExit(context);
    }

    private static boolean enterWithoutExit(Context context) {
      try {
        context.enter();
      } catch (ContextEnteredException rejected) {
        return false;
      }
      ContextSwap.swap(null); // the context stays entered, but jcstress reuses the thread
      return true;
    }
  }

  /** Entering is mutually exclusive: code in a context needs no lock. */
  @JCStressTest
  @State
  @Outcome(
      id = {"true, false, 1", "false, true, 1"},
      expect = ACCEPTABLE,
      desc = "they overlapped, and one was rejected")
  @Outcome(id = "true, true, 2", expect = ACCEPTABLE, desc = "one after the other")
  @Outcome(expect = FORBIDDEN, desc = "both were in the context at the same time")
  public static class OneAtATime {
    private final Context context = new Context();
    private int done;

    @Actor
    public void one(ZZI_Result r) {
      r.r1 = tryRun(context, () -> done++);
    }

    @Actor
    public void two(ZZI_Result r) {
      r.r2 = tryRun(context, () -> done++);
    }

    @Arbiter
    public void after(ZZI_Result r) {
      r.r3 = done;
    }
  }

  /** A thread that enters sees everything that the previous thread did in the context. */
  @JCStressTest
  @State
  @Outcome(id = "-1, -1", expect = ACCEPTABLE, desc = "rejected")
  @Outcome(id = "0, 0", expect = ACCEPTABLE, desc = "entered before the other thread")
  @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "entered after the other thread")
  @Outcome(expect = FORBIDDEN, desc = "only a part of the changes of the other thread")
  public static class NextSeesAll {
    private final Context context = Work.context();
    private int done;

    @Actor
    public void one() {
      tryRun(
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
      tryRun(
          context,
          () -> {
            r.r1 = Work.FIRST.isSet() ? Work.FIRST.get().amount : 0;
            r.r2 = done;
          });
    }
  }

  /** Each of two threads has its previous context again afterwards. */
  @JCStressTest
  @State
  @Outcome(id = "true, true", expect = ACCEPTABLE, desc = "both have their previous context")
  @Outcome(expect = FORBIDDEN, desc = "one does not have its previous context")
  public static class PreviousIsRestored {
    private final Context context = new Context();

    @Actor
    public void one(ZZ_Result r) {
      r.r1 = restoresPrevious(context);
    }

    @Actor
    public void two(ZZ_Result r) {
      r.r2 = restoresPrevious(context);
    }

    private static boolean restoresPrevious(Context context) {
      Context previous = new Context();
      ContextSwap.swap(previous);
      tryRun(context, () -> {});
      return ContextSwap.swap(null) == previous;
    }
  }

  /**
   * A task moves to the second thread, where it attaches another context without a lease. The first
   * thread detaches late. The task must not be able to enter its own context.
   */
  @JCStressTest
  @State
  @Outcome(id = "0", expect = ACCEPTABLE, desc = "rejected")
  @Outcome(id = "-1", expect = ACCEPTABLE, desc = "the task did not move in time")
  @Outcome(expect = FORBIDDEN, desc = "the task entered its own context")
  public static class Hop {
    private static final int SPINS = 2_000;

    private final Context context = new Context();
    private final Context other = new Context();
    private final ContextLease lease = new ContextLease(context, () -> false);
    private volatile boolean handedOn;

    @Actor
    public void first() {
      Object token = lease.attach();
      handedOn = true;
      ContextSwap.detach(token);
    }

    @Actor
    public void second(I_Result r) {
      for (int i = 0; !handedOn; i++) {
        if (i == SPINS) { // jcstress does not guarantee that the first actor runs meanwhile
          r.r1 = -1;
          return;
        }
      }
      Object token = lease.attach();
      Object inner = ContextSwap.attach(other);
      r.r1 = tryRun(context, () -> {}) ? 1 : 0;
      ContextSwap.detach(inner);
      ContextSwap.detach(token);
    }
  }

  private static boolean tryRun(Context context, Runnable body) {
    try {
      context.execute(body);
      return true;
    } catch (ContextEnteredException rejected) {
      return false;
    }
  }
}
