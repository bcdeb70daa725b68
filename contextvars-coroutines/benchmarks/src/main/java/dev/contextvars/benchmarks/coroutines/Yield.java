// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.benchmarks.coroutines;

import kotlin.coroutines.CoroutineContext;

/** Suspends and is dispatched again, on one thread: what each resumption costs. */
public class Yield extends Contenders {
  @Override
  int work(CoroutineContext element, int times) {
    return Loops.yields(element, times);
  }
}
