// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.logging;

/** Has a toString that Kotlin's compiler does not allow. */
final class Nameless {
  @Override
  public String toString() {
    return null;
  }
}
