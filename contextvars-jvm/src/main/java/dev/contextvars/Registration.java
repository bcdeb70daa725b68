// SPDX-License-Identifier: Apache-2.0
package dev.contextvars;

/**
 * SPI: a handle that undoes a registration.
 *
 * <pre>{@code
 * try (Registration registration = SharedThreads.add(thread -> thread.getName().startsWith("io-"))) {
 *   serve();
 * }
 * }</pre>
 */
public interface Registration extends AutoCloseable {
  /** Undoes the registration; closing twice has no effect. Any thread may call it. Never throws. */
  @Override
  void close();
}
