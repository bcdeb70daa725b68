// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.benchmarks.memory;

import java.io.IOException;
import java.nio.file.Path;

/**
 * Weighs the maps and the contexts, and writes what they weigh as JMH would have.
 *
 * <pre>
 * java -Djdk.attach.allowAttachSelf=true -Djol.magicFieldOffset=true -XX:+UseSerialGC \
 *   -cp benchmarks.jar dev.contextvars.benchmarks.memory.Footprint FILE
 * </pre>
 */
public final class Footprint {
  /** Of how many maps at least the mean is taken: where keys meet is luck. */
  private static final int MAPS = 100;

  private Footprint() {}

  public static void main(String[] arguments) throws IOException {
    if (arguments.length != 1) {
      throw new IllegalArgumentException("give one argument, the file to write");
    }
    measure(MAPS).write(Path.of(arguments[0]));
  }

  /** Weighs everything; of maps, at least so many of each kind. */
  public static Results measure(int maps) {
    Results results = new Results();
    MapWeights.addTo(results, maps);
    ContextWeights.addTo(results);
    return results;
  }
}
