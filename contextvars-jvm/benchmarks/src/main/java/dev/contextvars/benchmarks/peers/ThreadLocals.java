// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.benchmarks.peers;

/** The JDK's: n thread-locals are set. */
public class ThreadLocals extends Bound {
  public ThreadLocal<?>[] all;
  public ThreadLocal<Object> last;

  /** Not set; from the first read on it is, to its default: that is what the JDK does. */
  public ThreadLocal<Object> absent;

  @Override
  void bind(int keys) {
    all = new ThreadLocal<?>[keys];
    for (int i = 0; i < keys; i++) {
      last = new ThreadLocal<>();
      last.set(i);
      all[i] = last;
    }
    absent = ThreadLocal.withInitial(() -> DEFAULT);
  }

  @Override
  public void unbind() {
    for (ThreadLocal<?> key : all) {
      key.remove();
    }
    absent.remove();
  }
}
