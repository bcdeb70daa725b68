// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.benchmarks.peers;

import io.grpc.Context;

/** gRPC's, with other contexts read too, some of which can be cancelled; keys are of one class. */
public class PollutedGrpcKeys extends GrpcKeys {
  public final Polluted others = new Polluted();

  private Context[] contexts;
  private Context.Key<?>[][] keys;
  private int turn;
  private Object seen;

  @Override
  void bind(int count) {
    super.bind(count);
    contexts = new Context[Polluted.SIZES.length];
    keys = new Context.Key<?>[contexts.length][];
    for (int c = 0; c < contexts.length; c++) {
      contexts[c] = c % 3 == 0 ? Context.ROOT.withCancellation() : Context.ROOT;
      keys[c] = new Context.Key<?>[Polluted.SIZES[c]];
      for (int k = 0; k < keys[c].length; k++) {
        Context.Key<Object> key = Context.key("other");
        contexts[c] = contexts[c].withValue(key, k);
        keys[c][k] = key;
      }
    }
    Polluted.before(() -> seen = readOther());
    Polluted.before(this::changeOther);
  }

  /** Reads a key in another context, in turn. */
  public final Object readOther() {
    int at = turn++ & Integer.MAX_VALUE;
    int c = at % contexts.length;
    return keys[c][at % keys[c].length].get(contexts[(at >> 1) % contexts.length]);
  }

  private void changeOther() {
    int at = turn++ & Integer.MAX_VALUE;
    int c = at % contexts.length;
    Context before = contexts[c].attach();
    seen = keys[c][at % keys[c].length].get();
    contexts[c].detach(before);
    seen = contexts[c].withValue(last, this);
  }
}
