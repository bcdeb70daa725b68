// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.benchmarks.coroutines;

/** Suspends and is dispatched again, on one thread: what each resumption costs. */
public class Yield extends Contenders {
  @Override
  int work(Starter starter, int times) {
    return Loops.yields(starter, times);
  }
}
