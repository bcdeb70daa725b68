// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.benchmarks.coroutines;

import kotlin.coroutines.CoroutineContext;

/** Goes from Dispatchers.Default to Dispatchers.IO and back: two dispatches. */
public class WithContextIO extends Contenders {
  @Override
  int work(CoroutineContext element, int times) {
    return Loops.hops(element, times);
  }
}
