// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.stress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.contextvars.Bindings;
import dev.contextvars.Context;
import dev.contextvars.ContextContendedException;
import dev.contextvars.ContextLease;
import dev.contextvars.ContextSwap;
import dev.contextvars.ContextVar;
import dev.contextvars.Token;
import dev.contextvars.TokenUsedException;
import dev.contextvars.WrongContextException;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZI_Result;

/** Tests of two threads that share a context and one of its tokens. */
public final class TokenStress {
  private static final ContextVar<Integer> VALUE = new ContextVar<>("value");

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
      Work.with(context, () -> r.r1 = tryClose(token));
    }

    @Actor
    public void two(ZZI_Result r) {
      Work.with(context, () -> r.r2 = tryClose(token));
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
      context.execute(() -> r.r1 = tryClose(token));
    }

    @Actor
    public void two(ZZI_Result r) {
      Work.with(context, () -> r.r2 = tryClose(token));
    }

    @Arbiter
    public void after(ZZI_Result r) {
      r.r3 = Work.amountOf(context.get(Work.FIRST));
    }
  }

  /** As {@link OneEnters}, but the other thread attaches a lease, and may get a copy. */
  @JCStressTest
  @State
  @Outcome(
      id = {"true, false, 1", "false, true, 1"},
      expect = ACCEPTABLE,
      desc = "exactly one thread has reset")
  @Outcome(expect = FORBIDDEN, desc = "both or none have reset, or the value is wrong")
  public static class OneLeases {
    private final Context context = Work.context();
    private final Token<Work> token = tokenOf(context);

    @Actor
    public void one(ZZI_Result r) {
      context.enter();
      r.r1 = tryClose(token);
      context.exit();
    }

    @Actor
    public void two(ZZI_Result r) {
      Object before = new ContextLease(context, () -> false).attach();
      r.r2 = tryClose(token);
      ContextSwap.detach(before);
    }

    @Arbiter
    public void after(ZZI_Result r) {
      r.r3 = Work.amountOf(context.get(Work.FIRST));
    }
  }

  /** If two threads close one scope of bindings, exactly one succeeds. */
  @JCStressTest
  @State
  @Outcome(
      id = {"true, false, 0", "false, true, 0"},
      expect = ACCEPTABLE,
      desc = "exactly one thread has closed the scope")
  @Outcome(expect = FORBIDDEN, desc = "both or none have closed it, or a variable is still set")
  public static class ScopeOneWins {
    private final Context context = new Context();
    private final Bindings.Scope scope =
        context.run(Bindings.of(VALUE, 1).and(Work.FIRST, Work.of(1))::set);

    @Actor
    public void one(ZZI_Result r) {
      Work.with(context, () -> r.r1 = tryClose(scope));
    }

    @Actor
    public void two(ZZI_Result r) {
      Work.with(context, () -> r.r2 = tryClose(scope));
    }

    @Arbiter
    public void after(ZZI_Result r) {
      r.r3 = context.size();
    }
  }

  /**
   * One thread enters the context and resets, while the other one swaps the context in and resets.
   * Each writes one of `owner` and `usedWithoutEntering`, and then reads the other one. At least
   * one of the two threads must see what the other one wrote.
   */
  @JCStressTest
  @State
  @Outcome(
      id = {"true, false, 1", "false, true, 1"},
      expect = ACCEPTABLE,
      desc = "one thread used the token")
  @Outcome(
      expect = FORBIDDEN,
      desc = "both threads used the token, or none did, or the value is wrong")
  public static class SharedOrOwned {
    private final Context context = new Context();
    private final Token<Integer> token = context.run(SharedOrOwned::setTwice);

    @Actor
    public void enters(ZZI_Result r) {
      context.enter();
      r.r1 = token.tryReset();
      context.exit();
    }

    @Actor
    public void swaps(ZZI_Result r) {
      Context before = ContextSwap.swap(context);
      for (int i = 0; i < 3; i++) { // rejected while the other thread is in the context
        r.r2 |= token.tryReset();
      }
      ContextSwap.swap(before);
    }

    @Arbiter
    public void after(ZZI_Result r) {
      r.r3 = context.get(VALUE, 0);
    }

    private static Token<Integer> setTwice() {
      VALUE.set(1);
      return VALUE.set(2);
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

  private static boolean tryClose(AutoCloseable closeable) {
    try {
      closeable.close();
      return true;
    } catch (TokenUsedException | ContextContendedException | WrongContextException rejected) {
      return false;
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }
}
