// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.benchmarks.memory;

import java.io.IOException;
import java.nio.file.Path;

/**
 * Weighs the maps and the contexts, and writes what they weigh as JMH would have.
 *
 * <pre>
 * java -Djdk.attach.allowAttachSelf=true -XX:+UseSerialGC -cp benchmarks.jar \
 *   dev.contextvars.benchmarks.memory.Footprint FILE
 * </pre>
 */
public final class Footprint {
  private Footprint() {}

  public static void main(String[] arguments) throws IOException {
    if (arguments.length != 1) {
      throw new IllegalArgumentException("give one argument, the file to write");
    }
    measure().write(Path.of(arguments[0]));
  }

  /** Weighs everything. */
  public static Results measure() {
    Results results = new Results();
    MapWeights.addTo(results);
    ContextWeights.addTo(results);
    return results;
  }
}
