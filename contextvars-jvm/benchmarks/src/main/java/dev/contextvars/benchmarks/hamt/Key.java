// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.benchmarks.hamt;

/** A key with the hash it is given, and no equal but itself: as a variable is. */
public final class Key {
  private final int hash;

  public Key(int hash) {
    this.hash = hash;
  }

  @Override
  public int hashCode() {
    return hash;
  }
}
