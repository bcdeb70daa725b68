// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.benchmarks.hamt;

import io.lacuna.bifurcan.IEntry;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.infra.Blackhole;
import scala.Tuple2;

/** Goes through all entries of a map with its iterator. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class Iterate {
  @Param({"4", "32", "1000"})
  public int n;

  @Benchmark
  public int contextvars(ContextvarsMaps of, Blackhole sink) {
    int i = of.next();
    int count = 0;
    for (Map.Entry<Key, Object> entry : of.maps[i & of.mask]) {
      sink.consume(entry.getKey());
      sink.consume(entry.getValue());
      count++;
    }
    return count;
  }

  @Benchmark
  public int kotlinx(KotlinxMaps of, Blackhole sink) {
    int i = of.next();
    int count = 0;
    for (Map.Entry<Key, Object> entry : of.maps[i & of.mask].entrySet()) {
      sink.consume(entry.getKey());
      sink.consume(entry.getValue());
      count++;
    }
    return count;
  }

  @Benchmark
  public int clojure(ClojureMaps of, Blackhole sink) {
    int i = of.next();
    int count = 0;
    for (Iterator<?> entries = of.maps[i & of.mask].iterator(); entries.hasNext(); count++) {
      Map.Entry<?, ?> entry = (Map.Entry<?, ?>) entries.next();
      sink.consume(entry.getKey());
      sink.consume(entry.getValue());
    }
    return count;
  }

  @Benchmark
  public int scala(ScalaMaps of, Blackhole sink) {
    int i = of.next();
    int count = 0;
    for (scala.collection.Iterator<Tuple2<Key, Object>> entries = of.maps[i & of.mask].iterator();
        entries.hasNext();
        count++) {
      Tuple2<Key, Object> entry = entries.next();
      sink.consume(entry._1());
      sink.consume(entry._2());
    }
    return count;
  }

  @Benchmark
  public int vavr(VavrMaps of, Blackhole sink) {
    int i = of.next();
    int count = 0;
    for (io.vavr.Tuple2<Key, Object> entry : of.maps[i & of.mask]) {
      sink.consume(entry._1());
      sink.consume(entry._2());
      count++;
    }
    return count;
  }

  @Benchmark
  public int bifurcan(BifurcanMaps of, Blackhole sink) {
    int i = of.next();
    int count = 0;
    for (IEntry<Key, Object> entry : of.maps[i & of.mask]) {
      sink.consume(entry.key());
      sink.consume(entry.value());
      count++;
    }
    return count;
  }

  @Benchmark
  public int javaUtil(JavaUtilMaps of, Blackhole sink) {
    int i = of.next();
    int count = 0;
    for (Map.Entry<Key, Object> entry : of.maps[i & of.mask].entrySet()) {
      sink.consume(entry.getKey());
      sink.consume(entry.getValue());
      count++;
    }
    return count;
  }
}
