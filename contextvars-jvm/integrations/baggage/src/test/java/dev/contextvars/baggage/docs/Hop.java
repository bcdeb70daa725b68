// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.baggage.docs;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import dev.contextvars.Context;
import dev.contextvars.ContextVar;
import dev.contextvars.baggage.BaggageVariables;
import dev.contextvars.baggage.ValueCodec;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/** Both sides of a hop, as docs/baggage.md shows them. */
public final class Hop {
  // snippet: list
  static final ContextVar<String> TENANT = new ContextVar<>("tenant");
  static final ContextVar<UUID> REQUEST_ID = new ContextVar<>("request-id");

  static final BaggageVariables BAGGAGE =
      BaggageVariables.builder()
          .add(TENANT, ValueCodec.text(40, Character::isLetterOrDigit))
          .add(REQUEST_ID, ValueCodec.UUID)
          .build();

  // end: list

  private Hop() {}

  // snippet: send
  static final Set<String> OUR_HOSTS = Set.of("127.0.0.1", "orders.internal");

  static HttpRequest request(URI uri) {
    HttpRequest.Builder request = HttpRequest.newBuilder(uri);
    String header = OUR_HOSTS.contains(uri.getHost()) ? BAGGAGE.header() : null;
    if (header != null) {
      request.header(BaggageVariables.HEADER, header); // tenant=acme,request-id=…
    }
    return request.build();
  }

  // end: send

  // snippet: receive
  static void handle(HttpExchange exchange) throws IOException {
    List<String> headers =
        exchange.getRequestHeaders().getOrDefault(BaggageVariables.HEADER, List.of());
    Context request = BAGGAGE.read(headers).in(new Context());
    byte[] answer = request.run(() -> "Orders of " + TENANT.get("nobody")).getBytes(UTF_8);
    exchange.sendResponseHeaders(200, answer.length);
    exchange.getResponseBody().write(answer);
    exchange.close();
  }
  // end: receive
}
