// SPDX-License-Identifier: Apache-2.0
package shop;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.contextvars.Context;
import dev.contextvars.ContextVar;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;

/**
 * A service that answers for the wrong tenant, for docs/who-set-a-value.md; see WhoSetAValueSpec.
 */
public final class Shop {
  // snippet: service
  static final ContextVar<String> TENANT = new ContextVar<>("tenant");

  static String answer(HttpExchange request) {
    TENANT.set(request.getRequestHeaders().getFirst("X-Tenant"));
    int price = price();
    return TENANT.get() + " pays " + price;
  }

  static int price() {
    TENANT.set("public"); // all tenants have the public prices
    return PRICES.get(TENANT.get());
  }

  // end: service

  private static final Map<String, Integer> PRICES = Map.of("public", 7);

  private Shop() {}

  /** The argument is the port, or 0 for any free one. */
  public static void main(String[] args) throws IOException {
    InetAddress loopback = InetAddress.getLoopbackAddress();
    int port = Integer.parseInt(args[0]);
    HttpServer server = HttpServer.create(new InetSocketAddress(loopback, port), 0);
    server.createContext("/", request -> new Context().execute(() -> serve(request)));
    server.start();
    System.out.println(server.getAddress().getPort());
  }

  private static void serve(HttpExchange request) {
    byte[] body = answer(request).getBytes(UTF_8);
    try (request) {
      request.sendResponseHeaders(200, body.length);
      request.getResponseBody().write(body);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
