// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.benchmarks.coroutines;

/** Changes the coroutine context without a dispatch, by a name. */
public class WithContextName extends Contenders {
  @Override
  int work(Starter starter, int times) {
    return Loops.renames(starter, times);
  }
}
