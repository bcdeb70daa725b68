// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.benchmarks.peers;

/** The JDK's: n inheritable thread-locals are set, and copied one by one to each new thread. */
public class InheritableThreadLocals extends Bound {
  public InheritableThreadLocal<?>[] all;
  public InheritableThreadLocal<Object> last;

  @Override
  void bind(int keys) {
    all = new InheritableThreadLocal<?>[keys];
    for (int i = 0; i < keys; i++) {
      last = new InheritableThreadLocal<>();
      last.set(i);
      all[i] = last;
    }
  }

  @Override
  public void unbind() {
    for (InheritableThreadLocal<?> key : all) {
      key.remove();
    }
  }
}
