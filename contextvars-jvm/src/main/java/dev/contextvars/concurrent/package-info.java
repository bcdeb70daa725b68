// SPDX-License-Identifier: Apache-2.0

/**
 * Executors and threads whose tasks see the context of the code that made them.
 *
 * <p>No thread inherits a context by itself, and a pool's thread serves many callers. So a task
 * brings its context along: a copy of the submitter's, taken when the task is submitted and entered
 * while it runs. It sees the values of that moment; what it sets, neither the submitter nor the
 * next task sees; and the thread is left as it was found.
 *
 * <pre>{@code
 * ExecutorService pool = ContextExecutors.wrap(Executors.newFixedThreadPool(8));
 * TENANT.set("acme");
 * pool.submit(() -> TENANT.get()).get(); // acme
 * }</pre>
 *
 * <h2>Which tool for which thread</h2>
 *
 * <table>
 * <caption>What carries a context to where</caption>
 * <tr><th>The work runs on</th><th>Use</th></tr>
 * <tr><td>a pool, a scheduler, {@code newVirtualThreadPerTaskExecutor()}</td>
 *     <td>{@link dev.contextvars.concurrent.ContextExecutors#wrap(java.util.concurrent.ExecutorService)
 *     ContextExecutors.wrap}</td></tr>
 * <tr><td>a thread for each task: {@code newThreadPerTaskExecutor}, {@code StructuredTaskScope}</td>
 *     <td>{@link dev.contextvars.concurrent.ContextExecutors#threadFactory
 *     ContextExecutors.threadFactory}</td></tr>
 * <tr><td>whatever thread calls a listener or a stage, in a context chosen here</td>
 *     <td>{@link dev.contextvars.Context#wrap(Runnable) Context.wrap}</td></tr>
 * </table>
 *
 * <h2>CompletableFuture</h2>
 *
 * <p>Pass a wrapped executor to the {@code …Async} methods. The copy is taken when the stage is
 * handed to the executor, by the thread that does so:
 *
 * <ul>
 *   <li>{@code runAsync}, {@code supplyAsync} and {@code completeAsync} do so at once: the stage
 *       sees the caller's values.
 *   <li>A dependent stage is handed over when what it depends on is complete, by the thread that
 *       completed it (the later of two), or one that waited for it in {@code get} or {@code join},
 *       if that is quicker. So it sees the values of <em>that</em> code, and after a stage on a
 *       wrapped executor as a rule those which that stage had at its end. If all was complete
 *       before, the caller hands it over at once.
 *   <li>After a future that a timer completes ({@code completeOnTimeout}, {@code orTimeout}) there
 *       are no values: the timer's thread has no context. For the same reason wrap a delayed
 *       executor, {@code wrap(delayedExecutor(1, SECONDS, pool))}, and do not delay a wrapped one.
 * </ul>
 *
 * <p>So only the first of these is something to rely on. A dependent stage that is to see the
 * values of the code that adds it, whoever completes what, is wrapped itself, in a context of its
 * own: {@code future.thenAcceptAsync(Context.copyContext().wrap(body), pool)}. Methods without
 * {@code Async} run their function inside the code that completes the future, or that calls them,
 * and in its very context.
 *
 * <h2>ForkJoinPool and parallel streams</h2>
 *
 * <p>A task submitted to a wrapped {@code ForkJoinPool} has its copy, as in any pool. What it forks
 * passes by the wrapper, as do the functions of a parallel stream: some run on the thread that
 * forked them, see its values and may change them; others on a thread that has none, or that waits
 * in another task, whose values they see. So read before forking and capture the value, or give
 * each piece of work a context of its own, for one context is entered once at a time:
 *
 * <pre>{@code
 * Context here = Context.copyContext();
 * orders.parallelStream().map(order -> here.copy().run(() -> price(order))).toList();
 * }</pre>
 *
 * <p>A {@code set} in a forked task or a stream's function, outside of any such {@code run}, may
 * stay on a worker thread for as long as that lives.
 */
@NullMarked
package dev.contextvars.concurrent;

import org.jspecify.annotations.NullMarked;
