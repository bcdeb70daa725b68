// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.samples.precision;

import dev.contextvars.baggage.BaggageVariables;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.Semaphore;

/**
 * A client of the orders service ({@code samples/ktor-service}). It sends the tenant of the current
 * request as baggage, so no method has a parameter for it.
 */
public final class OrdersClient {
  /**
   * The maximum number of threads that wait for the orders service. That service calls back, and
   * the call needs one of the 16 request threads of this process.
   */
  private static final int MAX_WAITING = 8;

  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          // A redirect could take the baggage to a host that is not listed.
          .followRedirects(HttpClient.Redirect.NEVER)
          .connectTimeout(Duration.ofSeconds(5))
          .build();

  private final URI address;
  private final Set<String> baggageHosts;
  private final Semaphore waiting = new Semaphore(MAX_WAITING);

  /**
   * Creates a client without connecting to the service.
   *
   * @param address the address of the orders service, such as {@code http://localhost:8080}
   * @param baggageHosts the only hosts that receive baggage
   */
  public OrdersClient(URI address, Set<String> baggageHosts) {
    this.address = address;
    this.baggageHosts = Set.copyOf(baggageHosts);
  }

  /** Returns the tenant's average number of items in an order, or an error response. */
  Answer average() {
    if (!waiting.tryAcquire()) {
      return new Answer(503, "the orders service is busy");
    }
    try {
      HttpResponse<String> response =
          http.send(request("/orders/average"), BodyHandlers.ofString());
      return response.statusCode() == 200
          ? new Answer(200, response.body().strip())
          : new Answer(502, "the orders service answered " + response.statusCode());
    } catch (IOException e) {
      return new Answer(502, "the orders service does not answer");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Answer(503, "the service is stopping");
    } finally {
      waiting.release();
    }
  }

  private HttpRequest request(String path) {
    URI uri = address.resolve(path);
    HttpRequest.Builder request = HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(20));
    String baggage = baggageHosts.contains(uri.getHost()) ? Caller.baggage() : null;
    if (baggage != null) {
      request.header(BaggageVariables.HEADER, baggage);
    }
    return request.build();
  }
}
