// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.benchmarks.hamt;

import clojure.lang.PersistentHashMap;
import dev.contextvars.hamt.Hamt;
import io.lacuna.bifurcan.Map;
import java.util.concurrent.TimeUnit;
import kotlinx.collections.immutable.ExtensionsKt;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import scala.collection.immutable.HashMap$;
import scala.jdk.javaapi.CollectionConverters;

/** Makes a map of all the entries of a java.util.HashMap. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class BulkBuild {
  @Param({"10", "1000", "10000"})
  public int n;

  @Benchmark
  public Object contextvars(ContextvarsMaps of) {
    return Hamt.copyOf(of.source);
  }

  @Benchmark
  public Object kotlinx(KotlinxMaps of) {
    return ExtensionsKt.toPersistentHashMap(of.source);
  }

  @Benchmark
  public Object clojure(ClojureMaps of) {
    return PersistentHashMap.create(of.source);
  }

  @Benchmark
  public Object scala(ScalaMaps of) {
    return HashMap$.MODULE$.from(CollectionConverters.asScala(of.source));
  }

  @Benchmark
  public Object vavr(VavrMaps of) {
    return io.vavr.collection.HashMap.ofAll(of.source);
  }

  @Benchmark
  public Object bifurcan(BifurcanMaps of) {
    return Map.from(of.source);
  }
}
