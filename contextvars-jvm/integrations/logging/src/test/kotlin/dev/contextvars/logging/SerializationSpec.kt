// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.logging

import dev.contextvars.Context
import dev.contextvars.ContextVar
import dev.contextvars.logging.testing.Serialized
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe

class SerializationSpec : FunSpec({
    val tenant = ContextVar<String>("tenant")

    test("a merged map is read back as a HashMap by a process without this library") {
        val merged = LogFields.add(tenant).use {
            Context().run {
                tenant.set("acme")
                EventFields.merge(mapOf("route" to "/orders"))
            }
        }
        val copy = Serialized.copy(merged!!, ClassLoader.getPlatformClassLoader())
        copy shouldBe mapOf("route" to "/orders", "tenant" to "acme")
        copy.javaClass shouldBe HashMap::class.java
    }
})
