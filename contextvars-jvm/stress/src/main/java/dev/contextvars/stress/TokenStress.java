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

/** Two threads, one context current on both, and one token. */
public final class TokenStress {
  private TokenStress() {}

  /** Of two threads that reset with one token, exactly one does, and the old value is back. */
  @JCStressTest
  @State
  @Outcome(
      id = {"true, false, 1", "false, true, 1"},
      expect = ACCEPTABLE,
      desc = "one has used the token")
  @Outcome(expect = FORBIDDEN, desc = "both have, or none, or the value is another")
  public static class OneWins {
    private final Context context = Work.context();
    private final Token<Work> token = tokenOf(context);

    @Actor
    public void one(ZZI_Result r) {
      Work.with(context, () -> r.r1 = resets(token));
    }

    @Actor
    public void two(ZZI_Result r) {
      Work.with(context, () -> r.r2 = resets(token));
    }

    @Arbiter
    public void after(ZZI_Result r) {
      r.r3 = Work.amountOf(context.get(Work.FIRST));
    }
  }

  /**
   * The same of a thread that has entered the context and one that has not, which may be refused.
   */
  @JCStressTest
  @State
  @Outcome(
      id = {"true, false, 1", "false, true, 1"},
      expect = ACCEPTABLE,
      desc = "one has used the token")
  @Outcome(expect = FORBIDDEN, desc = "both have, or none, or the value is another")
  public static class OneEnters {
    private final Context context = Work.context();
    private final Token<Work> token = tokenOf(context);

    @Actor
    public void one(ZZI_Result r) {
      context.execute(() -> r.r1 = resets(token));
    }

    @Actor
    public void two(ZZI_Result r) {
      Work.with(context, () -> r.r2 = resets(token));
    }

    @Arbiter
    public void after(ZZI_Result r) {
      r.r3 = Work.amountOf(context.get(Work.FIRST));
    }
  }

  /** Returns a token which takes the context from 2 back to 1. */
  private static Token<Work> tokenOf(Context context) {
    return context.run(
        () -> {
          Work.FIRST.set(Work.of(1));
          return Work.FIRST.set(Work.of(2));
        });
  }

  private static boolean resets(Token<Work> token) {
    try {
      token.close();
      return true;
    } catch (TokenUsedException | ContextContendedException refusal) {
      return false;
    }
  }
}
