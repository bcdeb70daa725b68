// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.stress;

import static dev.contextvars.stress.Work.FIRST;
import static dev.contextvars.stress.Work.OTHERS;
import static dev.contextvars.stress.Work.SECOND;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.contextvars.Context;
import dev.contextvars.ContextVar;
import dev.contextvars.Token;
import dev.contextvars.hamt.Hamt;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.I_Result;

/**
 * Tests of unsafe publication: one thread creates an object and writes it to a plain field, and
 * another thread reads the field.
 *
 * <p>This is a data race. A thread that reads a non-null reference must nevertheless see a complete
 * object: no field is still null, and a map has as many entries as its size.
 */
public final class PublicationStress {
  private PublicationStress() {}

  /** A map that was created from another one, with some new nodes. */
  @JCStressTest
  @State
  @Outcome(id = "-1, -1", expect = ACCEPTABLE, desc = "not published yet")
  @Outcome(id = "201, 201", expect = ACCEPTABLE, desc = "a complete map")
  @Outcome(expect = FORBIDDEN, desc = "an incomplete map")
  public static class OfAMap {
    private static final Hamt<Integer, Integer> BEFORE = before();

    @Nullable Hamt<Integer, Integer> shared;

    @Actor
    public void writer() {
      shared = BEFORE.assoc(-1, 1);
    }

    @Actor
    public void reader(II_Result r) {
      Hamt<Integer, Integer> map = shared;
      r.r1 = map == null ? -1 : map.size();
      r.r2 = map == null ? -1 : entriesOf(map);
    }

    private static int entriesOf(Hamt<Integer, Integer> map) {
      int entries = map.containsKey(-1) ? 0 : 1_000;
      for (Map.Entry<Integer, Integer> entry : map) {
        entries += entry.getValue() == null ? 1_000 : 1;
      }
      return entries;
    }

    private static Hamt<Integer, Integer> before() {
      Hamt<Integer, Integer> map = Hamt.empty();
      for (int key = 0; key < 200; key++) {
        map = map.assoc(key, key);
      }
      return map;
    }
  }

  /** An empty context: the smallest constructor, which the compiler inlines whole. */
  @JCStressTest
  @State
  @Outcome(id = "-1", expect = ACCEPTABLE, desc = "nothing there yet")
  @Outcome(id = "0", expect = ACCEPTABLE, desc = "a whole context")
  @Outcome(expect = FORBIDDEN, desc = "a context without its map")
  public static class NewContext {
    @Nullable Context shared;

    @Actor
    public void writer() {
      shared = new Context();
    }

    @Actor
    public void reader(I_Result r) {
      Context context = shared;
      try {
        r.r1 = context == null ? -1 : context.size();
      } catch (NullPointerException withoutMap) {
        r.r1 = -2;
      }
    }
  }

  /** A copy of a context. */
  @JCStressTest
  @State
  @Outcome(id = "-1, -1", expect = ACCEPTABLE, desc = "not published yet")
  @Outcome(id = "40, 0", expect = ACCEPTABLE, desc = "a complete context")
  @Outcome(expect = FORBIDDEN, desc = "a context without its map")
  public static class OfACopy {
    @Nullable Context shared;

    @Actor
    public void writer() {
      shared = Work.context();
    }

    @Actor
    public void reader(II_Result r) {
      Context context = shared;
      r.r1 = context == null ? -1 : context.size();
      r.r2 = context == null ? -1 : Work.sum(context);
    }
  }

  /** A context in which variables were set: the map may be stale, but is complete. */
  @JCStressTest
  @State
  @Outcome(id = "-1, -1", expect = ACCEPTABLE, desc = "not published yet")
  @Outcome(
      id = {"0, 0", "1, 1", "2, 3"},
      expect = ACCEPTABLE,
      desc = "the context at one point in time")
  @Outcome(expect = FORBIDDEN, desc = "an incomplete map or value")
  public static class OfAContextWithValues {
    @Nullable Context shared;

    @Actor
    public void writer() {
      Context context = Work.context();
      Work.with(
          context,
          () -> {
            FIRST.set(Work.of(1));
            SECOND.set(Work.of(2));
          });
      shared = context;
    }

    @Actor
    public void reader(II_Result r) {
      Context context = shared;
      Map<ContextVar<?>, @Nullable Object> map = context == null ? null : context.asMap();
      r.r1 = map == null ? -1 : map.size() - OTHERS;
      r.r2 = map == null ? -1 : Work.sum(map.entrySet());
    }
  }

  /** A context in which the reader also runs code. */
  @JCStressTest
  @State
  @Outcome(id = "-1, -1", expect = ACCEPTABLE, desc = "not published yet")
  @Outcome(id = "40, 7", expect = ACCEPTABLE, desc = "a usable context")
  @Outcome(expect = FORBIDDEN, desc = "a context without its map")
  public static class OfAContextToRunIn {
    @Nullable Context shared;

    @Actor
    public void writer() {
      shared = Work.context();
    }

    @Actor
    public void reader(II_Result r) {
      Context context = shared;
      r.r1 = context == null ? -1 : context.run(() -> Context.copyContext().size());
      r.r2 = context == null ? -1 : context.run(() -> setAndGet(7));
    }

    private static int setAndGet(int amount) {
      FIRST.set(Work.of(amount));
      return FIRST.get().amount;
    }
  }

  /** A view of a context as a map. */
  @JCStressTest
  @State
  @Outcome(id = "-1, -1", expect = ACCEPTABLE, desc = "not published yet")
  @Outcome(id = "40, 0", expect = ACCEPTABLE, desc = "a complete view")
  @Outcome(expect = FORBIDDEN, desc = "a view without a map")
  public static class OfAView {
    private final Context context = Work.context();

    @Nullable Map<ContextVar<?>, @Nullable Object> shared;

    @Actor
    public void writer() {
      shared = context.asMap();
    }

    @Actor
    public void reader(II_Result r) {
      Map<ContextVar<?>, @Nullable Object> view = shared;
      r.r1 = view == null ? -1 : view.size();
      r.r2 = view == null ? -1 : Work.sum(view.entrySet());
    }
  }

  /** A variable: its name, its number (which is its hash code) and its default. */
  @JCStressTest
  @State
  @Outcome(id = "-1, -1", expect = ACCEPTABLE, desc = "not published yet")
  @Outcome(id = "4, 7", expect = ACCEPTABLE, desc = "a complete variable")
  @Outcome(expect = FORBIDDEN, desc = "a variable without a name, number or default")
  public static class OfAVariable {
    @Nullable ContextVar<Integer> shared;

    @Actor
    public void writer() {
      shared = new ContextVar<>("name", 7);
    }

    @Actor
    public void reader(II_Result r) {
      ContextVar<Integer> variable = shared;
      r.r1 = variable == null ? -1 : variable.getName().length();
      r.r2 = variable == null ? -1 : variable.hashCode() == 0 ? 0 : variable.get();
    }
  }

  /** A token: its variable and its old value. */
  @JCStressTest
  @State
  @Outcome(id = "-1, -1", expect = ACCEPTABLE, desc = "not published yet")
  @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "a complete token")
  @Outcome(expect = FORBIDDEN, desc = "a token without a variable or old value")
  public static class OfAToken {
    private final Context context = Work.context();

    @Nullable Token<Work> shared;

    @Actor
    public void writer() {
      Work.with(
          context,
          () -> {
            FIRST.set(Work.of(1));
            shared = FIRST.set(Work.of(2));
          });
    }

    @Actor
    public void reader(II_Result r) {
      Token<Work> token = shared;
      r.r1 = token == null ? -1 : token.getVariable() == FIRST ? 1 : 0;
      r.r2 = token == null ? -1 : token.getOldValue() instanceof Work work ? work.amount : 0;
    }
  }
}
