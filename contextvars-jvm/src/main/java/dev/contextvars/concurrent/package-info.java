// SPDX-License-Identifier: Apache-2.0

/**
 * Executors and thread factories whose tasks run in a copy of the context of the code that submits
 * them.
 *
 * <p>A new thread does not inherit a context, and a pool's thread serves many callers. A task
 * therefore has its own context: a copy of the submitter's, taken when the task is submitted and
 * entered while the task runs. The task sees the values at submission. Neither the submitter nor
 * the next task sees its changes. The thread's previous context is restored after the task.
 *
 * <pre>{@code
 * ExecutorService pool = ContextExecutors.wrap(Executors.newFixedThreadPool(8));
 * TENANT.set("acme");
 * pool.submit(() -> TENANT.get()).get(); // acme
 * }</pre>
 *
 * <h2>Which tool for which thread</h2>
 *
 * <table> <caption>How to propagate a context</caption> <tr><th>The task runs
 * on</th><th>Use</th></tr> <tr><td>a pool, a scheduler, {@code
 * newVirtualThreadPerTaskExecutor()}</td> <td>{@link
 * dev.contextvars.concurrent.ContextExecutors#wrap(java.util.concurrent.ExecutorService)
 * ContextExecutors.wrap}</td></tr> <tr><td>a thread for each task: {@code
 * newThreadPerTaskExecutor}, {@code StructuredTaskScope}</td> <td>{@link
 * dev.contextvars.concurrent.ContextExecutors#threadFactory
 * ContextExecutors.threadFactory}</td></tr> <tr><td>any thread that calls a listener or a stage, in
 * a chosen context</td> <td>{@link dev.contextvars.Context#wrap(Runnable) Context.wrap}</td></tr>
 * </table>
 *
 * <h2>CompletableFuture</h2>
 *
 * <p>Pass a wrapped executor to the {@code …Async} methods. The copy is taken by the thread that
 * submits the stage to the executor, when it submits it:
 *
 * <ul>
 *   <li>{@code runAsync}, {@code supplyAsync} and {@code completeAsync} submit the stage at once,
 *       so it sees the caller's values.
 *   <li>A dependent stage is submitted when the stages that it depends on are complete, by the
 *       thread that completed the last of them, or by a thread that waits in {@code get} or {@code
 *       join}. It therefore sees the values of <em>that</em> code: after a stage on a wrapped
 *       executor, usually the values at the end of that stage. If all were complete already, the
 *       caller submits it at once.
 *   <li>A stage after a future that a timer completes ({@code completeOnTimeout}, {@code
 *       orTimeout}) sees no values, because the timer's thread has no context. For the same reason,
 *       wrap a delayed executor, {@code wrap(delayedExecutor(1, SECONDS, pool))}, and do not delay
 *       a wrapped one.
 * </ul>
 *
 * <p>Rely only on the first case. A dependent stage that must see the values of the code that adds
 * it should be wrapped itself, in its own copy: {@code
 * future.thenAcceptAsync(Context.copyContext().wrapConsumer(body), pool)}. Methods without {@code
 * Async} run their function in the context of the code that completes the future, or of the caller.
 *
 * <h2>ForkJoinPool and parallel streams</h2>
 *
 * <p>A task submitted to a wrapped {@code ForkJoinPool} has its own copy, as in any pool. Tasks
 * that it forks bypass the wrapper, as do the functions of a parallel stream. Some run on the
 * thread that forked them, see its values and may change them. Others run on a thread without a
 * context, or on a thread that waits in another task, and see that task's values. Read the value
 * before forking, or run each subtask in its own copy, because a context can be entered only once
 * at a time:
 *
 * <pre>{@code
 * Context captured = Context.copyContext();
 * orders.parallelStream().map(order -> captured.copy().run(() -> price(order))).toList();
 * }</pre>
 *
 * <p>A {@code set} in a forked task or a stream's function, outside of such a {@code run}, may
 * remain on a worker thread until the thread terminates.
 */
@NullMarked
package dev.contextvars.concurrent;

import org.jspecify.annotations.NullMarked;
