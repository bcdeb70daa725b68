// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.benchmarks.peers;

import io.grpc.Context;

/** gRPC's: a context with n keys is attached. */
public class GrpcKeys extends Bound {
  public Context.Key<?>[] all;
  public Context.Key<Object> last;
  public Context.Key<Object> absent;

  /** Another context with the n keys, for running in. */
  public Context captured;

  private Context attached;
  private Context before;

  @Override
  void bind(int keys) {
    all = new Context.Key<?>[keys];
    attached = Context.ROOT;
    for (int i = 0; i < keys; i++) {
      last = Context.key("k" + i);
      attached = attached.withValue(last, i);
      all[i] = last;
    }
    absent = Context.keyWithDefault("absent", DEFAULT);
    before = attached.attach();
    captured = attached.withValue(last, other);
  }

  @Override
  public void unbind() {
    attached.detach(before);
  }
}
