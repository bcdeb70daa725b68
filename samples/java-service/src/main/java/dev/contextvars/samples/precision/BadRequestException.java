// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.samples.precision;

/** Thrown if a request is invalid; the message is sent to the client. */
final class BadRequestException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  BadRequestException(String message) {
    super(message);
  }
}
