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

/** Looks up each key in turn; all are there. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class Get {
  @Param({"4", "10", "32", "100", "1000"})
  public int n;

  @Benchmark
  public Object contextvars(ContextvarsMaps of) {
    int i = of.next();
    return of.maps[i & of.mask].find(of.present[i], null);
  }

  @Benchmark
  public Object kotlinx(KotlinxMaps of) {
    int i = of.next();
    return of.maps[i & of.mask].get(of.present[i]);
  }

  @Benchmark
  public Object clojure(ClojureMaps of) {
    int i = of.next();
    return of.maps[i & of.mask].valAt(of.present[i]);
  }

  @Benchmark
  public Object scala(ScalaMaps of) {
    int i = of.next();
    return of.maps[i & of.mask].apply(of.present[i]);
  }

  @Benchmark
  public Object vavr(VavrMaps of) {
    int i = of.next();
    return of.maps[i & of.mask].getOrElse(of.present[i], null);
  }

  @Benchmark
  public Object bifurcan(BifurcanMaps of) {
    int i = of.next();
    return of.maps[i & of.mask].get(of.present[i], null);
  }

  @Benchmark
  public Object javaUtil(JavaUtilMaps of) {
    int i = of.next();
    return of.maps[i & of.mask].get(of.present[i]);
  }
}
