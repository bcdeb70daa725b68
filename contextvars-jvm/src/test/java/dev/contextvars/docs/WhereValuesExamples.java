// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.docs;

import static java.util.concurrent.CompletableFuture.delayedExecutor;
import static java.util.concurrent.CompletableFuture.supplyAsync;
import static java.util.concurrent.TimeUnit.MILLISECONDS;

import dev.contextvars.Context;
import dev.contextvars.ContextVar;
import dev.contextvars.concurrent.ContextExecutors;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinTask;
import java.util.function.Supplier;

/**
 * The Java examples of docs/where-values-do-not-follow.md. Each method is an example, and runs in
 * its own Context.
 */
final class WhereValuesExamples {
  static final ContextVar<String> USER = new ContextVar<>("user", "nobody");

  private WhereValuesExamples() {}

  static void threads() throws Exception {
    // snippet: threads
    USER.set("alice");
    Thread bare = new Thread(() -> System.out.println(USER.get())); // prints nobody
    bare.start();
    bare.join();

    Runnable body = () -> System.out.println(USER.get()); // prints alice
    Thread wrapped = new Thread(Context.copyContext().wrap(body));
    wrapped.start();
    wrapped.join();
    // end: threads
  }

  static void pools() throws Exception {
    ExecutorService threads = Executors.newSingleThreadExecutor();
    try {
      // snippet: pools
      USER.set("alice");
      System.out.println(threads.submit(() -> USER.get()).get()); // prints nobody
      ExecutorService pool = ContextExecutors.wrap(threads);
      System.out.println(pool.submit(() -> USER.get()).get()); // prints alice
      // end: pools
    } finally {
      threads.shutdown();
    }
  }

  static void forks() throws Exception {
    ForkJoinPool threads = new ForkJoinPool(1);
    try {
      // snippet: forks
      USER.set("alice");
      ForkJoinTask<String> bare = ForkJoinTask.adapt(() -> USER.get());
      System.out.println(threads.submit(bare).get()); // prints nobody
      Context here = Context.copyContext();
      ForkJoinTask<String> wrapped = ForkJoinTask.adapt(here.wrapCallable(() -> USER.get()));
      System.out.println(threads.submit(wrapped).get()); // prints alice
      // end: forks
    } finally {
      threads.shutdown();
    }
  }

  static void streams() {
    // snippet: streams
    USER.set("alice");
    Context here = Context.copyContext();
    List<Integer> orders = List.of(1, 2, 3);
    System.out.println(
        orders.parallelStream()
            .map(order -> here.copy().run(() -> order + " for " + USER.get()))
            .toList()); // prints [1 for alice, 2 for alice, 3 for alice]
    // end: streams
  }

  static void timers() {
    // snippet: timers
    USER.set("alice");
    Context here = Context.copyContext();
    Executor soon = delayedExecutor(10, MILLISECONDS);
    System.out.println(supplyAsync(() -> USER.get(), soon).join()); // prints nobody
    Supplier<String> wrapped = here.wrapSupplier(() -> USER.get());
    System.out.println(supplyAsync(wrapped, soon).join()); // prints alice
    // end: timers
  }
}
