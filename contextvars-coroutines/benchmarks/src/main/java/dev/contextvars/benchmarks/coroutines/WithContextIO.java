// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.benchmarks.coroutines;

/** Goes from Dispatchers.Default to Dispatchers.IO and back: two dispatches. */
public class WithContextIO extends Contenders {
  @Override
  int work(Starter starter, int times) {
    return Loops.hops(starter, times);
  }
}
