// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.samples.precision;

import java.io.IOException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.logging.log4j.LogManager;

/** Runs the service until the process is terminated. */
public final class Main {
  private static final int DEFAULT_PORT = 8081;

  private Main() {}

  /**
   * Starts the service.
   *
   * @param arguments the port, if not 8081
   */
  public static void main(String[] arguments) throws IOException {
    Caller.logged();
    int port = arguments.length == 0 ? DEFAULT_PORT : Integer.parseInt(arguments[0]);
    ExecutorService workers = Executors.newFixedThreadPool(4);
    PrecisionServer server =
        new PrecisionServer(port, Executors.newFixedThreadPool(16), new Pi(workers));
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  server.close();
                  workers.shutdown();
                  System.out.println("stopped");
                  LogManager.shutdown();
                }));
    System.out.println("listening on http://localhost:" + server.port());
  }
}
