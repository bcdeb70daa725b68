// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.grpc.docs

import dev.contextvars.ContextVar
import dev.contextvars.grpc.contextPerCall
import io.grpc.Grpc
import io.grpc.InsecureServerCredentials
import io.grpc.Metadata
import io.grpc.Server
import io.grpc.ServerServiceDefinition

// snippet: server
val tenant = ContextVar("tenant", "none")
val tenantKey: Metadata.Key<String> = Metadata.Key.of("x-tenant", Metadata.ASCII_STRING_MARSHALLER)
val tenantPattern = Regex("[a-z0-9-]{1,32}")

fun server(orders: ServerServiceDefinition, port: Int): Server =
    Grpc
        .newServerBuilderForPort(port, InsecureServerCredentials.create())
        .addService(orders)
        .contextPerCall { headers -> headers[tenantKey]?.takeIf(tenantPattern::matches)?.let(tenant::set) }
        .build()
// end: server
