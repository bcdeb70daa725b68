// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.benchmarks.hamt;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.*;
import org.openjdk.jmh.infra.Blackhole;

/** Operations on persistent maps of n entries, whose keys have random hashes. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class Maps {
  @Param({"contextvars", "kotlinx", "clojure", "scala", "vavr", "bifurcan"})
  public String impl;

  @Param({"4", "32", "1000"})
  public int n;

  private MapLibrary<?> library;

  @Setup
  public void create(Blackhole sink) {
    library = MapLibrary.create(impl, n, sink);
  }

  @Benchmark
  public Object get() {
    return library.get();
  }

  /** Gives a key that is present another value. */
  @Benchmark
  public Object replace() {
    return library.replace();
  }

  /** Adds a key to n others. */
  @Benchmark
  public Object insert() {
    return library.insert();
  }

  @Benchmark
  public Object remove() {
    return library.remove();
  }

  @Benchmark
  public int iterate() {
    return library.iterate();
  }

  /** Makes the map call a function with each entry. */
  @Benchmark
  public int forEach() {
    return library.forEach();
  }

  /** Creates a map of all entries of a {@link java.util.Map}. */
  @Benchmark
  public Object bulkBuild() {
    return library.bulkBuild();
  }

  /** Compares two equal maps that share all nodes except those on the path to one key. */
  @Benchmark
  public boolean equalsSharing() {
    return library.equalsSharing();
  }
}
