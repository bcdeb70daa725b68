// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.benchmarks.hamt;

import clojure.lang.AFn;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.infra.Blackhole;
import scala.Function2;

/** Has a map call a function with each key and value. Bifurcan's has no such method. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class ForEach {
  @Param({"4", "32", "1000"})
  public int n;

  /** The function, as each library wants it, made once: what is allocated is the map's. */
  private Blackhole sink;

  private int count;
  private final BiConsumer<Key, Object> consumer = this::accept;
  private final Function2<Key, Object, Object> function = this::apply;
  private final AFn reducer =
      new AFn() {
        @Override
        public Object invoke(Object all, Object key, Object value) {
          accept(key, value);
          return all;
        }
      };

  @Setup
  public void takeSink(Blackhole given) {
    sink = given;
  }

  private void accept(Object key, Object value) {
    sink.consume(key);
    sink.consume(value);
    count++;
  }

  private Object apply(Object key, Object value) {
    accept(key, value);
    return null;
  }

  @Benchmark
  public int contextvars(ContextvarsMaps of) {
    count = 0;
    of.maps[of.next() & of.mask].forEach(consumer);
    return count;
  }

  @Benchmark
  public int kotlinx(KotlinxMaps of) {
    count = 0;
    of.maps[of.next() & of.mask].forEach(consumer);
    return count;
  }

  @Benchmark
  public int clojure(ClojureMaps of) {
    count = 0;
    of.maps[of.next() & of.mask].kvreduce(reducer, this);
    return count;
  }

  @Benchmark
  public int scala(ScalaMaps of) {
    count = 0;
    of.maps[of.next() & of.mask].foreachEntry(function);
    return count;
  }

  @Benchmark
  public int vavr(VavrMaps of) {
    count = 0;
    of.maps[of.next() & of.mask].forEach(consumer);
    return count;
  }
}
