// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.docs;

import static java.util.concurrent.CompletableFuture.delayedExecutor;
import static java.util.concurrent.CompletableFuture.supplyAsync;
import static java.util.concurrent.TimeUnit.MILLISECONDS;

import dev.contextvars.Context;
import dev.contextvars.ContextVar;
import dev.contextvars.concurrent.ContextExecutors;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.function.Consumer;

/**
 * The examples of executors, threads and futures in docs/java-guide.md. Each method is an example,
 * and runs in its own Context.
 */
final class ThreadExamples {
  private static final ContextVar<String> TENANT = new ContextVar<>("tenant", "nobody");

  private ThreadExamples() {}

  static void pool() throws Exception {
    ScheduledExecutorService threads = Executors.newScheduledThreadPool(1);
    // snippet: pool
    ExecutorService pool = ContextExecutors.wrap(threads);
    TENANT.set("acme");
    Future<String> tenant = pool.submit(() -> TENANT.get());
    TENANT.set("globex");
    System.out.println(tenant.get()); // prints acme
    // end: pool
    pool.shutdown();
  }

  static void periodic() throws Exception {
    ScheduledExecutorService threads = Executors.newScheduledThreadPool(1);
    BlockingQueue<String> seen = new LinkedBlockingQueue<>();
    // snippet: periodic
    ScheduledExecutorService scheduler = ContextExecutors.wrap(threads);
    TENANT.set("acme");
    Runnable task = () -> seen.add(TENANT.get());
    scheduler.scheduleAtFixedRate(task, 0, 10, MILLISECONDS);
    TENANT.set("globex");
    System.out.println(seen.take() + " " + seen.take()); // prints acme acme
    // end: periodic
    scheduler.shutdownNow();
  }

  static void idle() throws Exception {
    ExecutorService pool = Executors.newSingleThreadExecutor();
    // snippet: idle
    Context request = new Context();
    pool.submit(() -> request.execute(() -> TENANT.set("acme"))).get();
    System.out.println(pool.submit(() -> TENANT.isSet()).get()); // prints false
    // end: idle
    pool.shutdown();
  }

  static void threadForTask() throws Exception {
    // snippet: threadForTask
    ThreadFactory factory = ContextExecutors.threadFactory(Thread::new);
    TENANT.set("acme");
    Runnable task = () -> System.out.println(TENANT.get()); // prints acme
    Thread thread = factory.newThread(task);
    TENANT.set("globex");
    thread.start();
    // end: threadForTask
    thread.join();
  }

  static void stage() {
    ExecutorService threads = Executors.newSingleThreadExecutor();
    // snippet: stage
    CompletableFuture<String> reply = new CompletableFuture<>();
    TENANT.set("acme");
    Context here = Context.copyContext();
    Consumer<String> body = text -> System.out.println(text + " for " + TENANT.get());
    var done = reply.thenAcceptAsync(here.wrapConsumer(body), threads);
    TENANT.set("globex");
    reply.complete("tea");
    done.join(); // prints tea for acme
    // end: stage
    threads.shutdown();
  }

  static void delayed() {
    ExecutorService threads = Executors.newSingleThreadExecutor();
    // snippet: delayed
    TENANT.set("acme");
    Executor soon = ContextExecutors.wrap(delayedExecutor(10, MILLISECONDS, threads));
    System.out.println(supplyAsync(() -> TENANT.get(), soon).join()); // prints acme
    // end: delayed
    threads.shutdown();
  }
}
