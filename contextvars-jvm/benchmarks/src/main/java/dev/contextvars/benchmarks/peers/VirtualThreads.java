// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.benchmarks.peers;

import dev.contextvars.concurrent.ContextExecutors;
import java.lang.reflect.Method;
import java.util.concurrent.ThreadFactory;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Makers of virtual threads, for classes that are compiled for JDK 17. */
@State(Scope.Thread)
public class VirtualThreads {
  /** Threads that start with nothing. */
  public ThreadFactory bare;

  /** Threads that inherit inheritable thread-locals, as all do by default. */
  public ThreadFactory inheriting;

  /** Threads that run in a copy of the context of whoever makes them. */
  public ThreadFactory copying;

  @Setup
  public void find() throws ReflectiveOperationException {
    if (Runtime.version().feature() < 25) {
      throw new IllegalStateException("virtual threads want JDK 25; leave out the group virtual");
    }
    inheriting = factory(true);
    bare = factory(false);
    copying = ContextExecutors.threadFactory(bare);
  }

  private static ThreadFactory factory(boolean inherit) throws ReflectiveOperationException {
    Class<?> builderType = Class.forName("java.lang.Thread$Builder");
    Object builder = Thread.class.getMethod("ofVirtual").invoke(null);
    Method inheritance = builderType.getMethod("inheritInheritableThreadLocals", boolean.class);
    inheritance.invoke(builder, inherit);
    return (ThreadFactory) builderType.getMethod("factory").invoke(builder);
  }

  /** Runs a task on a new thread, and waits for its end. */
  public static void runOn(ThreadFactory factory, Runnable task) throws InterruptedException {
    Thread thread = factory.newThread(task);
    thread.start();
    thread.join();
  }
}
