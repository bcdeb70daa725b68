// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.benchmarks.peers;

/**
 * The least there is: a thread-local object, and a value in a field of it; n is of no account.
 *
 * <p>The object is the JDK's, as in our own cell: an array of a length that the compiler cannot
 * know.
 */
public class Holder extends Bound {
  private static final ThreadLocal<Object[]> HOLDER = new ThreadLocal<>();

  @Override
  void bind(int keys) {
    HOLDER.set(new Object[] {keys - 1});
  }

  @Override
  public void unbind() {
    HOLDER.remove();
  }

  /** Returns the value in the field. */
  public Object get() {
    return HOLDER.get()[0];
  }

  /** Exchanges the value in the field. */
  public Object swap(Object next) {
    Object[] holder = HOLDER.get();
    Object before = holder[0];
    holder[0] = next;
    return before;
  }
}
