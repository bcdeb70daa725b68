// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.benchmarks.coroutines;

import kotlin.coroutines.CoroutineContext;

/** Launches a child and joins it. */
public class Launch extends Contenders {
  @Override
  int work(CoroutineContext element, int times) {
    return Loops.launches(element, times);
  }
}
