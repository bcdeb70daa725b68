// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.samples.precision;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.math.BigDecimal;
import java.net.URI;
import java.net.URLDecoder;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The parameters of a request, each given at most once. Error messages name the parameter. */
final class Query {
  /**
   * Numbers beyond 10 to this power are rejected, because a short request must not cost hours of
   * work.
   */
  private static final int MAX_EXPONENT = 10_000;

  private final Map<String, String> parameters;

  private Query(Map<String, String> parameters) {
    this.parameters = parameters;
  }

  /**
   * Reads the query of a request's URI.
   *
   * @throws BadRequestException if a parameter is given twice
   */
  static Query of(URI uri) {
    Map<String, String> parameters = new HashMap<>();
    String query = uri.getRawQuery();
    for (String part : query == null ? new String[0] : query.split("&")) {
      int equals = part.indexOf('=');
      String name = decode(equals < 0 ? part : part.substring(0, equals));
      String value = equals < 0 ? "" : decode(part.substring(equals + 1));
      if (parameters.put(name, value) != null) {
        throw new BadRequestException("'" + name + "' is given twice");
      }
    }
    return new Query(parameters);
  }

  /** Returns the text of a parameter, or null if it is not given. */
  @Nullable String text(String name) {
    return parameters.get(name);
  }

  /**
   * Returns a parameter that must be a decimal number.
   *
   * @throws BadRequestException if the parameter is missing, not a number, too long, or too large
   *     or small
   */
  BigDecimal number(String name) {
    String text = parameters.get(name);
    if (text == null) {
      throw new BadRequestException("'" + name + "' is missing: a decimal number");
    }
    BigDecimal number;
    try {
      number = new BigDecimal(text);
    } catch (NumberFormatException e) {
      throw new BadRequestException("'" + name + "' is no decimal number: '" + text + "'");
    }
    if (number.precision() > Precision.MAX_DIGITS
        || Math.abs((long) number.scale()) > MAX_EXPONENT) {
      throw new BadRequestException("'" + name + "' is too long");
    }
    return number;
  }

  private static String decode(String text) {
    return URLDecoder.decode(text, UTF_8); // never throws: the escapes of a URI are well-formed
  }
}
