// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.benchmarks.peers;

import io.netty.util.concurrent.FastThreadLocal;
import io.netty.util.concurrent.FastThreadLocalThread;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Netty's: n fast thread-locals are set, on a thread of the kind that they are fast on. */
public class FastThreadLocals extends Bound {
  public FastThreadLocal<?>[] all;
  public FastThreadLocal<Object> last;
  public FastThreadLocal<Object> absent; // as in ThreadLocals

  private ExecutorService thread;

  @Override
  void bind(int keys) {
    thread = Executors.newSingleThreadExecutor(FastThreadLocalThread::new);
    run(() -> bindHere(keys));
  }

  private void bindHere(int keys) {
    all = new FastThreadLocal<?>[keys];
    for (int i = 0; i < keys; i++) {
      last = new FastThreadLocal<>();
      last.set(i);
      all[i] = last;
    }
    absent =
        new FastThreadLocal<>() {
          @Override
          protected Object initialValue() {
            return DEFAULT;
          }
        };
  }

  @Override
  public void unbind() {
    thread.shutdown(); // the thread's end is the values' end
  }

  /** Runs a loop on the thread, and waits for it. */
  public void run(Runnable loop) {
    Future<?> end = thread.submit(loop);
    try {
      end.get();
    } catch (Exception failure) {
      throw new AssertionError(failure);
    }
  }
}
