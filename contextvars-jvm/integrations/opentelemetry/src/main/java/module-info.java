// SPDX-License-Identifier: Apache-2.0

/** Context variables in the baggage of OpenTelemetry. */
// Stable names, from the manifests of OpenTelemetry's jars.
@SuppressWarnings({"requires-automatic", "requires-transitive-automatic"})
@org.jspecify.annotations.NullMarked
module dev.contextvars.opentelemetry {
  requires transitive dev.contextvars.baggage;
  requires transitive io.opentelemetry.api;
  requires transitive io.opentelemetry.context;
  // Annotations only; transitive, so that a modular reader of the API can see them where it has
  // them.
  requires static transitive org.jspecify;

  exports dev.contextvars.opentelemetry;
}
