// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.baggage.docs;

import dev.contextvars.Context;
import dev.contextvars.ContextVar;
import dev.contextvars.baggage.BaggageVariables;
import dev.contextvars.baggage.ValueCodec;
import java.net.http.HttpRequest;
import java.util.List;
import java.util.Locale;
import java.util.UUID;

/** The examples of the Javadoc, for the compiler and for JavadocSpec. */
final class JavadocExamples {
  static final ContextVar<String> TENANT = new ContextVar<>("tenant");
  static final ContextVar<UUID> REQUEST_ID = new ContextVar<>("request-id");

  private JavadocExamples() {}

  // snippet: BaggageVariables
  static final BaggageVariables BAGGAGE =
      BaggageVariables.builder()
          .add(TENANT, ValueCodec.STRING)
          .add("request-id", REQUEST_ID, ValueCodec.UUID)
          .build();

  static HttpRequest send(HttpRequest.Builder request) {
    String header = BAGGAGE.header();
    return (header == null ? request : request.header(BaggageVariables.HEADER, header)).build();
  }

  static void receive(List<String> headers, Runnable handler) {
    BAGGAGE.read(headers).in(new Context()).execute(handler);
  }

  // end: BaggageVariables

  // snippet: ValueCodec
  static final ValueCodec<String> TENANT_ID =
      ValueCodec.text(40, c -> c == '-' || Character.isLetterOrDigit(c));
  // end: ValueCodec

  // snippet: of
  static final ValueCodec<Locale> LOCALE =
      ValueCodec.of(Locale::toLanguageTag, Locale::forLanguageTag);
  // end: of
}
