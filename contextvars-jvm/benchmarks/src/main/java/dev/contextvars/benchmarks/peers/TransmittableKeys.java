// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.benchmarks.peers;

import com.alibaba.ttl.TransmittableThreadLocal;
import com.alibaba.ttl.TransmittableThreadLocal.Transmitter;

/** Alibaba's: n transmittable thread-locals are set. */
public class TransmittableKeys extends Bound {
  public TransmittableThreadLocal<?>[] all;
  public TransmittableThreadLocal<Object> last;
  public TransmittableThreadLocal<Object> absent; // as in ThreadLocals

  /** The thread's values as they were once: it has others now, as a thread of a pool would. */
  public Object captured;

  @Override
  void bind(int keys) {
    all = new TransmittableThreadLocal<?>[keys];
    for (int i = 0; i < keys; i++) {
      last = new TransmittableThreadLocal<>();
      last.set(i);
      all[i] = last;
    }
    absent = TransmittableThreadLocal.withInitial(() -> DEFAULT);
    captured = Transmitter.capture();
  }

  @Override
  public void unbind() {
    for (TransmittableThreadLocal<?> key : all) {
      key.remove();
    }
    absent.remove();
  }
}
