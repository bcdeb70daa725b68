// SPDX-License-Identifier: Apache-2.0
package dev.contextvars;

import java.util.function.BooleanSupplier;
import java.util.function.Predicate;

/**
 * Every documented misuse, named after its exception, and correct use. OverflowProgram and
 * MisuseSpec commit them.
 *
 * <p>No lambdas: code that is linked for the first time on a full stack may stay unusable.
 */
enum Mistake {
  UnboundVariableException {
    @Override
    void commit() {
      new ContextVar<Integer>("v").get();
    }
  },
  TokenUsedException {
    @Override
    void commit() {
      Token<Integer> token = V.set(1);
      token.close();
      token.close();
    }
  },
  WrongVariableException {
    @Override
    void commit() {
      W.reset(V.set(1));
    }
  },
  WrongContextException {
    @Override
    void commit() {
      new Context().execute(new Body(this, null, V.set(1)));
    }
  },
  ContextEnteredException {
    @Override
    void commit() {
      Context context = new Context();
      context.execute(new Body(this, context, null));
    }
  },
  ContextNotEnteredException {
    @Override
    void commit() {
      new Context().exit();
    }
  },
  ContextNotCurrentException {
    @Override
    void commit() {
      Context context = new Context();
      context.execute(new Body(this, context, null));
    }
  },
  ContextContendedException {
    @Override
    void prepare() throws InterruptedException {
      Context contended = new Context();
      Thread owner = new Thread(new ContextLease(contended, new Never())::attach, "owner");
      owner.start();
      owner.join();
      ContextSwap.swap(contended);
    }

    @Override
    void commit() {
      V.set(1);
    }
  },
  ContextRequiredException {
    @Override
    void prepare() {
      SharedThreads.add(new IsThread(Thread.currentThread()));
      ContextSwap.swap(null);
    }

    @Override
    void commit() {
      V.set(1);
    }
  },
  /** Correct use, for which the guard walks the stack. */
  nothing {
    @Override
    void prepare() {
      ContextSwap.swap(null);
    }

    @Override
    void commit() {
      V.reset(V.set(1));
      ContextSwap.swap(null);
    }
  };

  private static final ContextVar<Integer> V = new ContextVar<>("v");
  private static final ContextVar<Integer> W = new ContextVar<>("w");

  /** Prepares the calling thread, which has its own context. */
  void prepare() throws InterruptedException {}

  abstract void commit();

  /** Returns the name of the exception that the misuse throws on a new thread. */
  String outcome() throws InterruptedException {
    Attempt attempt = new Attempt(this, false);
    attempt.runOnNewThread(512);
    return attempt.outcome;
  }

  /** Commits the misuse on a full stack, and then in each of 200 outer frames. */
  void commitOnFullStack(long kilobytes) throws InterruptedException {
    new Attempt(this, true).runOnNewThread(kilobytes);
  }

  private static final class Attempt implements Runnable {
    private final Mistake mistake;
    private final boolean onFullStack;
    private int commits;
    String outcome = "nothing";

    Attempt(Mistake mistake, boolean onFullStack) {
      this.mistake = mistake;
      this.onFullStack = onFullStack;
    }

    void runOnNewThread(long kilobytes) throws InterruptedException {
      Thread thread = new Thread(null, this, "misuse", kilobytes * 1024);
      thread.start();
      thread.join();
    }

    @Override
    public void run() {
      ContextSwap.swap(new Context());
      try {
        mistake.prepare();
        if (onFullStack) {
          overflow();
        } else {
          mistake.commit();
        }
      } catch (Throwable thrown) {
        outcome = thrown.getClass().getSimpleName();
      }
    }

    private void overflow() {
      try {
        overflow();
      } catch (StackOverflowError expected) {
        if (commits < 200) {
          commits++;
          try {
            mistake.commit();
          } catch (Throwable documentedOrOverflow) {
            // Only the exception of a later commit, on an empty stack, is checked.
          }
        }
        throw expected;
      }
    }
  }

  /** The body of a context. */
  private record Body(Mistake mistake, Context context, Token<Integer> token) implements Runnable {
    @Override
    public void run() {
      if (mistake == WrongContextException) {
        token.close();
      } else if (mistake == ContextEnteredException) {
        context.enter();
      } else if (ContextSwap.current() == context) {
        new Context().execute(this);
      } else {
        context.exit();
      }
    }
  }

  private record IsThread(Thread thread) implements Predicate<Thread> {
    @Override
    public boolean test(Thread other) {
      return other == thread;
    }
  }

  private static final class Never implements BooleanSupplier {
    @Override
    public boolean getAsBoolean() {
      return false;
    }
  }
}
