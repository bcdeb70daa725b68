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

/** Gives each key in turn another value. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class Replace {
  @Param({"4", "10", "32", "1000"})
  public int n;

  @Benchmark
  public Object contextvars(ContextvarsMaps of) {
    int i = of.next();
    return of.maps[i & of.mask].assoc(of.present[i], of.other);
  }

  @Benchmark
  public Object kotlinx(KotlinxMaps of) {
    int i = of.next();
    return of.maps[i & of.mask].put(of.present[i], of.other);
  }

  @Benchmark
  public Object clojure(ClojureMaps of) {
    int i = of.next();
    return of.maps[i & of.mask].assoc(of.present[i], of.other);
  }

  @Benchmark
  public Object scala(ScalaMaps of) {
    int i = of.next();
    return of.maps[i & of.mask].updated(of.present[i], of.other);
  }

  @Benchmark
  public Object vavr(VavrMaps of) {
    int i = of.next();
    return of.maps[i & of.mask].put(of.present[i], of.other);
  }

  @Benchmark
  public Object bifurcan(BifurcanMaps of) {
    int i = of.next();
    return of.maps[i & of.mask].put(of.present[i], of.other);
  }
}
