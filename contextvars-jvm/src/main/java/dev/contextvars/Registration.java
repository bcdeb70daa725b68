// SPDX-License-Identifier: Apache-2.0
package dev.contextvars;

/**
 * SPI: a handle that removes a registration when it is closed.
 *
 * <pre>{@code
 * try (Registration registration = SharedThreads.add(thread -> thread.getName().startsWith("io-"))) {
 *   serve();
 * }
 * }</pre>
 */
public interface Registration extends AutoCloseable {
  /**
   * Removes the registration; O(n) for n registrations. Closing again has no effect. Any thread may
   * call it; it never throws.
   */
  @Override
  void close();
}
