// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.stress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.contextvars.Context;
import dev.contextvars.ContextContendedException;
import dev.contextvars.Token;
import dev.contextvars.TokenUsedException;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZI_Result;

/** Tests of two threads that share a context and one of its tokens. */
public final class TokenStress {
  private TokenStress() {}

  /** If two threads reset with one token, exactly one succeeds, and the old value is restored. */
  @JCStressTest
  @State
  @Outcome(
      id = {"true, false, 1", "false, true, 1"},
      expect = ACCEPTABLE,
      desc = "exactly one thread has reset")
  @Outcome(expect = FORBIDDEN, desc = "both or none have reset, or the value is wrong")
  public static class OneWins {
    private final Context context = Work.context();
    private final Token<Work> token = tokenOf(context);

    @Actor
    public void one(ZZI_Result r) {
      Work.with(context, () -> r.r1 = tryReset(token));
    }

    @Actor
    public void two(ZZI_Result r) {
      Work.with(context, () -> r.r2 = tryReset(token));
    }

    @Arbiter
    public void after(ZZI_Result r) {
      r.r3 = Work.amountOf(context.get(Work.FIRST));
    }
  }

  /**
   * As {@link OneWins}, with one thread that has entered the context. The other may be rejected.
   */
  @JCStressTest
  @State
  @Outcome(
      id = {"true, false, 1", "false, true, 1"},
      expect = ACCEPTABLE,
      desc = "exactly one thread has reset")
  @Outcome(expect = FORBIDDEN, desc = "both or none have reset, or the value is wrong")
  public static class OneEnters {
    private final Context context = Work.context();
    private final Token<Work> token = tokenOf(context);

    @Actor
    public void one(ZZI_Result r) {
      context.execute(() -> r.r1 = tryReset(token));
    }

    @Actor
    public void two(ZZI_Result r) {
      Work.with(context, () -> r.r2 = tryReset(token));
    }

    @Arbiter
    public void after(ZZI_Result r) {
      r.r3 = Work.amountOf(context.get(Work.FIRST));
    }
  }

  /** Returns a token that resets the amount from 2 to 1. */
  private static Token<Work> tokenOf(Context context) {
    return context.run(
        () -> {
          Work.FIRST.set(Work.of(1));
          return Work.FIRST.set(Work.of(2));
        });
  }

  private static boolean tryReset(Token<Work> token) {
    try {
      token.close();
      return true;
    } catch (TokenUsedException | ContextContendedException rejected) {
      return false;
    }
  }
}
