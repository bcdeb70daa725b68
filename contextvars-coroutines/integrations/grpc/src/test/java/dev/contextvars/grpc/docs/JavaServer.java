// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.grpc.docs;

import dev.contextvars.Context;
import dev.contextvars.ContextVar;
import dev.contextvars.grpc.ContextVarsServerInterceptor;
import io.grpc.Grpc;
import io.grpc.InsecureServerCredentials;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import java.util.regex.Pattern;

public final class JavaServer {
  // snippet: java
  static final ContextVar<String> TENANT = new ContextVar<>("tenant", "none");
  static final Metadata.Key<String> TENANT_KEY =
      Metadata.Key.of("x-tenant", Metadata.ASCII_STRING_MARSHALLER);
  static final Pattern TENANT_PATTERN = Pattern.compile("[a-z0-9-]{1,32}");

  static Server server(ServerServiceDefinition orders, int port) {
    return Grpc.newServerBuilderForPort(port, InsecureServerCredentials.create())
        .addService(orders)
        .intercept(new ContextVarsServerInterceptor(new Context(), JavaServer::setTenant))
        .build();
  }

  static void setTenant(Metadata headers) {
    String tenant = headers.get(TENANT_KEY);
    if (tenant != null && TENANT_PATTERN.matcher(tenant).matches()) {
      TENANT.set(tenant);
    }
  }

  // end: java

  private JavaServer() {}
}
