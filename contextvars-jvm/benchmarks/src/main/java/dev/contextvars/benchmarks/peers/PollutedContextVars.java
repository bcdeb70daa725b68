// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.benchmarks.peers;

import dev.contextvars.Context;
import dev.contextvars.ContextVar;
import dev.contextvars.hamt.Hamt;

/** Ours, with other contexts read too, and maps with keys of four other classes. */
public class PollutedContextVars extends ContextVars {
  public final Polluted others = new Polluted();

  private record Named(String name) {}

  /** All of one hash: in a bucket. */
  private record Colliding(int number) {
    @Override
    public int hashCode() {
      return 7;
    }
  }

  private Context[] contexts;
  private ContextVar<?>[][] variables;
  private Object[][] keys;
  private Hamt<Object, Object>[] maps;
  private int turn;
  private Object seen;

  @Override
  void bind(int count) {
    super.bind(count);
    makeContexts();
    makeMaps();
    Polluted.before(() -> seen = readOther());
    Polluted.before(() -> seen = readOtherMap());
    Polluted.before(this::changeOther);
  }

  private void makeContexts() {
    contexts = new Context[Polluted.SIZES.length];
    variables = new ContextVar<?>[contexts.length][];
    for (int c = 0; c < contexts.length; c++) {
      contexts[c] = new Context();
      variables[c] = new ContextVar<?>[Polluted.SIZES[c]];
      for (int v = 0; v < variables[c].length; v++) {
        ContextVar<Integer> variable = new ContextVar<>("other");
        int value = v;
        contexts[c].execute(() -> variable.set(value));
        variables[c][v] = variable;
      }
    }
  }

  @SuppressWarnings({"unchecked", "rawtypes"}) // arrays of a generic type cannot be made otherwise
  private void makeMaps() {
    maps = new Hamt[4 * Polluted.SIZES.length];
    keys = new Object[maps.length][];
    for (int m = 0; m < maps.length; m++) {
      maps[m] = Hamt.empty();
      keys[m] = new Object[m % 4 == 3 ? 10 : 10 * Polluted.SIZES[m / 4]];
      for (int k = 0; k < keys[m].length; k++) {
        keys[m][k] = key(m % 4, k);
        maps[m] = maps[m].assoc(keys[m][k], k);
      }
    }
  }

  private static Object key(int kind, int number) {
    return switch (kind) {
      case 0 -> "key " + number;
      case 1 -> (long) number << 20;
      case 2 -> new Named("key " + number);
      default -> new Colliding(number);
    };
  }

  /** Reads a variable of another context, in turn. */
  public final Object readOther() {
    int at = turn++ & Integer.MAX_VALUE;
    int c = at % contexts.length;
    return contexts[(at >> 1) % contexts.length].get(variables[c][at % variables[c].length]);
  }

  /** Reads a key of another class in another map, in turn. */
  private Object readOtherMap() {
    int at = turn++ & Integer.MAX_VALUE;
    int m = at % maps.length;
    return maps[m].find(keys[m][at % keys[m].length], null);
  }

  /** Runs in another context, and reads there; makes a change to another map. */
  private void changeOther() {
    int at = turn++ & Integer.MAX_VALUE;
    int c = at % contexts.length;
    ContextVar<?> variable = variables[c][at % variables[c].length];
    seen = contexts[c].run(variable::get);
    int m = at % maps.length;
    Object key = keys[m][at % keys[m].length];
    seen = (at & 64) == 0 ? maps[m].assoc(key, this) : maps[m].without(key);
  }
}
