// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.samples.precision;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.contextvars.Context;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Serves {@code /sqrt?of=2}, {@code /divide?of=1&by=7} and {@code /pi}, with the number of digits
 * in the query parameter {@code digits} or the header {@code X-Digits}, and {@code /average}, for
 * which it asks the orders service.
 *
 * <p>Each request runs in its own copy of the context in which the server was created. Values in
 * that context are the defaults of every request. A request's changes are not visible to other
 * requests.
 */
public final class PrecisionServer implements AutoCloseable {
  private static final Logger LOG = LogManager.getLogger();
  private static final int CONNECTIONS_WAITING = 1_000;
  private static final int SECONDS_TO_FINISH = 10;

  private final HttpServer http;
  private final ExecutorService requests;
  private final Context defaults = Context.copyContext();
  private final Map<String, Function<Query, BigDecimal>> routes;
  private final OrdersClient orders;

  /**
   * Creates a server and starts it on the loopback interface.
   *
   * @param port the port, or 0 for any free port
   * @param requests the pool that serves the requests; {@link #close} shuts it down
   * @param workers the threads that compute pi; not those of {@code requests}, which wait for them
   * @param orders a client of the orders service
   */
  public PrecisionServer(int port, ExecutorService requests, Executor workers, OrdersClient orders)
      throws IOException {
    this.requests = requests;
    this.orders = orders;
    Pi pi = new Pi(workers);
    this.routes =
        Map.of(
            "/sqrt", query -> Decimals.sqrt(query.number("of")),
            "/divide", query -> Decimals.divide(query.number("of"), query.number("by")),
            "/pi", query -> pi.compute());
    InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    this.http = HttpServer.create(address, CONNECTIONS_WAITING);
    http.createContext("/", this::serve);
    http.setExecutor(requests);
    http.start();
  }

  /** Returns the port on which the server listens. */
  public int port() {
    return http.getAddress().getPort();
  }

  private void serve(HttpExchange exchange) throws IOException {
    Context request = Caller.receive(exchange.getRequestHeaders(), defaults);
    Answer answer = request.run(() -> answerAndLog(exchange));
    answer.writeTo(exchange);
  }

  private Answer answerAndLog(HttpExchange exchange) {
    Caller.set(exchange.getRequestHeaders());
    Answer answer = answer(exchange);
    LOG.info("{} {} -> {}", exchange.getRequestMethod(), exchange.getRequestURI(), answer.status());
    return answer;
  }

  private Answer answer(HttpExchange exchange) {
    try {
      return route(exchange);
    } catch (BadRequestException | ArithmeticException e) {
      return new Answer(400, String.valueOf(e.getMessage()));
    } catch (RuntimeException e) {
      LOG.error("{} failed", exchange.getRequestURI(), e);
      return new Answer(500, "this is our fault, and logged");
    }
  }

  private Answer route(HttpExchange exchange) {
    String path = exchange.getRequestURI().getPath();
    Function<Query, BigDecimal> route = routes.get(path);
    if (route == null && !path.equals("/average")) {
      return new Answer(404, "there is /sqrt?of=2, /divide?of=1&by=7, /pi and /average");
    }
    if (!exchange.getRequestMethod().equals("GET")) {
      exchange.getResponseHeaders().set("Allow", "GET");
      return new Answer(405, "only GET is allowed");
    }
    if (route == null) {
      return orders.average();
    }
    Query query = Query.of(exchange.getRequestURI());
    setPrecision(query.text("digits"), exchange.getRequestHeaders().getFirst("X-Digits"));
    return new Answer(200, route.apply(query).stripTrailingZeros().toString());
  }

  /**
   * Sets the precision of this request. No reset is needed, because the context ends with the
   * request.
   */
  private static void setPrecision(@Nullable String inQuery, @Nullable String inHeader) {
    String digits = inQuery == null ? inHeader : inQuery;
    if (digits == null) {
      return;
    }
    if (!digits.matches("[0-9]{1,4}") || !isAllowed(Integer.parseInt(digits))) {
      throw new BadRequestException(
          "digits must be from 1 to " + Precision.MAX_DIGITS + ", not '" + digits + "'");
    }
    Precision.set(Integer.parseInt(digits));
  }

  private static boolean isAllowed(int digits) {
    return digits >= 1 && digits <= Precision.MAX_DIGITS;
  }

  /** Accepts no more requests, waits for the active ones, and releases the port. */
  @Override
  public void close() {
    requests.shutdown();
    try {
      if (!requests.awaitTermination(SECONDS_TO_FINISH, TimeUnit.SECONDS)) {
        LOG.warn("requests are cut off");
        requests.shutdownNow();
      }
    } catch (InterruptedException e) {
      requests.shutdownNow();
      Thread.currentThread().interrupt();
    } finally {
      http.stop(0);
    }
  }
}
