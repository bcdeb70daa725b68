// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.samples.precision;

import java.io.IOException;
import java.net.URI;
import java.util.Map;
import java.util.Set;
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
        new PrecisionServer(port, Executors.newFixedThreadPool(16), workers, orders());
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

  /**
   * Returns a client of the orders service at {@code ORDERS_URL}. Only the hosts in {@code
   * BAGGAGE_HOSTS} receive baggage.
   */
  private static OrdersClient orders() {
    Map<String, String> environment = System.getenv();
    return new OrdersClient(
        URI.create(environment.getOrDefault("ORDERS_URL", "http://localhost:8080")),
        Set.of(environment.getOrDefault("BAGGAGE_HOSTS", "localhost").split(",")));
  }
}
