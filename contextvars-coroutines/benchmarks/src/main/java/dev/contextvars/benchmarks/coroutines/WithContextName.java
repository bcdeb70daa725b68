// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.benchmarks.coroutines;

import kotlin.coroutines.CoroutineContext;

/** Changes the coroutine context without a dispatch, by a name. */
public class WithContextName extends Contenders {
  @Override
  int work(CoroutineContext element, int times) {
    return Loops.renames(element, times);
  }
}
