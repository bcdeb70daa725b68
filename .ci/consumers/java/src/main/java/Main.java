// SPDX-License-Identifier: Apache-2.0
import dev.contextvars.Context;
import dev.contextvars.ContextVar;
import dev.contextvars.concurrent.ContextExecutors;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A program on the class path. */
public final class Main {
  private static final ContextVar<String> USER = new ContextVar<>("user", "nobody");

  public static void main(String[] args) throws Exception {
    USER.set("alice");
    ExecutorService pool = ContextExecutors.wrap(Executors.newSingleThreadExecutor());
    try {
      expect("alice", pool.submit(() -> USER.get()).get());
    } finally {
      pool.shutdown();
    }
    Context copy = Context.copyContext();
    copy.execute(() -> USER.set("bob"));
    expect("alice", USER.get());
    expect("bob", copy.get(USER));
    String version = Context.class.getPackage().getImplementationVersion();
    expect(args[0], version);
    System.out.println("passed: contextvars " + version + " on JDK " + Runtime.version().feature());
  }

  private static void expect(String expected, Object actual) {
    if (!expected.equals(actual)) {
      throw new AssertionError("expected " + expected + ", got " + actual);
    }
  }
}
