// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.concurrent;

import static java.util.concurrent.CompletableFuture.delayedExecutor;
import static java.util.concurrent.CompletableFuture.supplyAsync;
import static java.util.concurrent.TimeUnit.MILLISECONDS;

import dev.contextvars.Context;
import dev.contextvars.ContextVar;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.function.Consumer;

/** The examples of docs/threads.md, run by ThreadExamplesSpec. */
final class ThreadExamples {
  static final ContextVar<String> TENANT = new ContextVar<>("tenant", "nobody");

  private final Consumer<String> log;

  ThreadExamples(Consumer<String> log) {
    this.log = log;
  }

  Future<String> pool(ExecutorService threads) {
    // snippet: pool
    ExecutorService pool = ContextExecutors.wrap(threads);
    TENANT.set("acme");
    return pool.submit(() -> TENANT.get()); // acme
    // end: pool
  }

  Future<?> periodic(ScheduledExecutorService threads) {
    // snippet: periodic
    ScheduledExecutorService scheduler = ContextExecutors.wrap(threads);
    TENANT.set("acme");
    Runnable run = () -> log.accept(TENANT.get()); // acme, each time
    return scheduler.scheduleAtFixedRate(run, 0, 10, MILLISECONDS);
    // end: periodic
  }

  Future<Boolean> idle(ExecutorService pool) throws Exception {
    // snippet: idle
    Context request = new Context();
    pool.submit(() -> request.execute(() -> TENANT.set("acme"))).get();
    return pool.submit(() -> TENANT.isSet()); // false: the thread is back on no context
    // end: idle
  }

  Thread threadForTask() {
    // snippet: threadForTask
    ThreadFactory factory = ContextExecutors.threadFactory(Thread::new);
    TENANT.set("acme");
    return factory.newThread(() -> log.accept(TENANT.get())); // acme
    // end: threadForTask
  }

  CompletableFuture<Void> stage(ExecutorService threads, CompletableFuture<String> reply) {
    // snippet: stage
    TENANT.set("acme");
    Context here = Context.copyContext();
    Consumer<String> body = text -> log.accept(text + " for " + TENANT.get()); // for acme
    return reply.thenAcceptAsync(here.wrapConsumer(body), threads);
    // end: stage
  }

  CompletableFuture<String> delayed(ExecutorService threads) {
    // snippet: delayed
    TENANT.set("acme");
    Executor soon = ContextExecutors.wrap(delayedExecutor(10, MILLISECONDS, threads));
    return supplyAsync(() -> TENANT.get(), soon); // acme
    // end: delayed
  }

  List<String> stream(List<String> orders) {
    // snippet: stream
    TENANT.set("acme");
    Context here = Context.copyContext();
    return orders.parallelStream().map(order -> here.copy().run(() -> price(order))).toList();
    // end: stream
  }

  private static String price(String order) {
    return order + " for " + TENANT.get();
  }
}
