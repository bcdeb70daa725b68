// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.benchmarks.logging;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.*;

/**
 * Logs events whose layout shows three values; see {@link LogBackend}. With {@code none} and {@code
 * mdc}, the integration is not installed; {@code mdc} has three MDC values, {@code contextvars}
 * three variables, {@code contextvarsAndMdc} both, and {@code contextvarsUnset} neither.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class Logging {
  @Param({"none", "mdc", "contextvars", "contextvarsUnset", "contextvarsAndMdc"})
  public String impl;

  @Param({"logback", "log4j"})
  public String backend;

  private LogBackend log;

  @Setup
  public void create() {
    log = LogBackend.create(backend, impl);
    log.bind();
  }

  @TearDown
  public void close() {
    log.unbind();
  }

  /** Logs an event, formats it, and writes it to nowhere. */
  @Benchmark
  public void event() {
    log.event();
  }

  /** Logs an event and prepares it for another thread, as asynchronous appenders do. */
  @Benchmark
  public void eventPrepared() {
    log.prepare();
  }

  /** Sets a variable that events show, and resets it. */
  @Benchmark
  public void setResetLogged() {
    log.setReset();
  }

  /** Runs an empty body in a context with such variables. */
  @Benchmark
  public Object runNoopLogged() {
    return log.run();
  }
}
