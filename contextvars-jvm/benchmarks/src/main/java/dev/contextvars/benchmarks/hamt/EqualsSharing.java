// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.benchmarks.hamt;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** Compares two maps that are equal and share all nodes but those on the way to one key. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class EqualsSharing {
  @Param({"10", "1000", "10000"})
  public int n;

  @Benchmark
  public boolean contextvars(ContextvarsMaps of) {
    int i = of.nextTwin();
    return of.maps[i % of.present.length & of.mask].equals(of.twins[i]);
  }

  @Benchmark
  public boolean kotlinx(KotlinxMaps of) {
    int i = of.nextTwin();
    return of.maps[i % of.present.length & of.mask].equals(of.twins[i]);
  }

  @Benchmark
  public boolean clojure(ClojureMaps of) {
    int i = of.nextTwin();
    return of.maps[i % of.present.length & of.mask].equals(of.twins[i]);
  }

  @Benchmark
  public boolean scala(ScalaMaps of) {
    int i = of.nextTwin();
    return of.maps[i % of.present.length & of.mask].equals(of.twins[i]);
  }

  @Benchmark
  public boolean vavr(VavrMaps of) {
    int i = of.nextTwin();
    return of.maps[i % of.present.length & of.mask].equals(of.twins[i]);
  }

  @Benchmark
  public boolean bifurcan(BifurcanMaps of) {
    int i = of.nextTwin();
    return of.maps[i % of.present.length & of.mask].equals(of.twins[i]);
  }
}
