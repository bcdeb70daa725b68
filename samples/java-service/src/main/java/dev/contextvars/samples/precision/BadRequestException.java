// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.samples.precision;

/** Says what is wrong with a request, to whoever made it. */
final class BadRequestException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  BadRequestException(String message) {
    super(message);
  }
}
