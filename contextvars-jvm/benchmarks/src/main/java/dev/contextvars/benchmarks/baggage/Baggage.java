// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.benchmarks.baggage;

import dev.contextvars.ContextSwap;
import dev.contextvars.ContextVar;
import dev.contextvars.baggage.BaggageVariables;
import dev.contextvars.baggage.ValueCodec;
import io.opentelemetry.api.baggage.propagation.W3CBaggagePropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.*;

/** Writes the current values into a header {@code baggage}, and reads values from one. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class Baggage {
  private static final List<String> VALUES =
      List.of("acme", "00000000-0000-4000-8000-00000000000a", "free plan");

  @Benchmark
  public Object write(Bound bound) {
    return bound.implementation.write();
  }

  @Benchmark
  public Object read(Header header) {
    return header.implementation.read(header.text);
  }

  @State(Scope.Thread)
  public abstract static class Chosen {
    @Param({"contextvars", "openTelemetry"})
    public String impl;

    Implementation implementation;

    void choose() {
      implementation = impl.equals("contextvars") ? new OfContextvars() : new OfOpenTelemetry();
    }
  }

  /** How many of five values are in the current context. */
  public static class Bound extends Chosen {
    @Param({"0", "3"})
    public int count;

    @Setup
    public void bind() {
      choose();
      for (int i = 0; i < count; i++) {
        implementation.bind("key" + i, VALUES.get(i));
      }
    }
  }

  /** A header with three values alone or among others, and headers that a client may invent. */
  public static class Header extends Chosen {
    @Param({"threeOf3", "threeOf20", "members8191", "commas4096", "commas8192", "million"})
    public String header;

    private String text;

    @Setup
    public void create() {
      choose();
      text =
          switch (header) {
            case "threeOf3" -> members(3);
            case "threeOf20" -> members(20);
            case "members8191" -> "k=v,".repeat(2_048).substring(0, 8_191);
            case "commas4096" -> ",".repeat(4_096);
            case "commas8192" -> ",".repeat(8_192);
            default -> "k=v,".repeat(250_000);
          };
    }

    /** The three listed keys are the last ones. */
    private static String members(int count) {
      return IntStream.range(3 - count, 3)
          .mapToObj(i -> "key" + i + "=" + VALUES.get(Math.floorMod(i, 3)).replace(" ", "%20"))
          .collect(Collectors.joining(","));
    }
  }

  private interface Implementation {
    void bind(String key, String value);

    Object write();

    Object read(String header);
  }

  private static final class OfContextvars implements Implementation {
    private final List<ContextVar<String>> variables =
        IntStream.range(0, 5).mapToObj(i -> new ContextVar<String>("key" + i)).toList();
    private final BaggageVariables baggage;

    OfContextvars() {
      BaggageVariables.Builder builder = BaggageVariables.builder();
      variables.forEach(variable -> builder.add(variable, ValueCodec.STRING));
      baggage = builder.build();
      ContextSwap.swap(new dev.contextvars.Context());
    }

    @Override
    public void bind(String key, String value) {
      variables.get(key.charAt(3) - '0').set(value);
    }

    @Override
    public Object write() {
      return baggage.header();
    }

    @Override
    public Object read(String header) {
      return baggage.read(header);
    }
  }

  private static final class OfOpenTelemetry implements Implementation {
    private static final TextMapGetter<String> GETTER =
        new TextMapGetter<>() {
          @Override
          public String get(String carrier, String key) {
            return carrier;
          }
        };
    private final Logger logger = Logger.getLogger("io.opentelemetry.api.baggage.propagation");
    private final W3CBaggagePropagator propagator = W3CBaggagePropagator.getInstance();
    private final String[] carrier = new String[1];

    OfOpenTelemetry() {
      logger.setLevel(Level.OFF); // it logs a stack trace for each invalid header
    }

    @Override
    public void bind(String key, String value) {
      io.opentelemetry.api.baggage.Baggage.current().toBuilder()
          .put(key, value)
          .build()
          .makeCurrent();
    }

    @Override
    public Object write() {
      propagator.inject(Context.current(), carrier, (to, key, value) -> to[0] = value);
      return carrier[0];
    }

    @Override
    public Object read(String header) {
      return propagator.extract(Context.root(), header, GETTER);
    }
  }
}
