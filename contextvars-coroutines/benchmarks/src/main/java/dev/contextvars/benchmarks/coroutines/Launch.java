// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.benchmarks.coroutines;

/** Launches a child and joins it. */
public class Launch extends Contenders {
  @Override
  int work(Starter starter, int times) {
    return Loops.launches(starter, times);
  }
}
