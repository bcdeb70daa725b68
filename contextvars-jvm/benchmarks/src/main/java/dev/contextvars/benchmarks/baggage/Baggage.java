// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.benchmarks.baggage;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.*;

/** Writes the current values into a header {@code baggage}, and reads values from one. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class Baggage {
  @Benchmark
  public Object write(Bound bound) {
    return bound.codec.write();
  }

  @Benchmark
  public Object read(Header header) {
    return header.codec.read(header.text);
  }

  @State(Scope.Thread)
  public abstract static class Chosen {
    @Param({"contextvars", "openTelemetry"})
    public String impl;

    Codec codec;
  }

  /** How many of five values are in the current context. */
  public static class Bound extends Chosen {
    @Param({"0", "3"})
    public int count;

    @Setup
    public void create() {
      codec = Codec.create(impl, count);
    }
  }

  /** A header with three values alone or among others, and headers that a client may invent. */
  public static class Header extends Chosen {
    @Param({"threeOf3", "threeOf20", "members8191", "commas4096", "commas8192", "million"})
    public String header;

    String text;

    @Setup
    public void create() {
      codec = Codec.create(impl, 0);
      text = Codec.header(header);
    }
  }
}
