// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.benchmarks

import dev.contextvars.benchmarks.peers.Body
import dev.contextvars.benchmarks.peers.Others
import dev.contextvars.benchmarks.peers.Peer
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainAnyOf
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe

class PeerSpec : FunSpec({
    val contexts = listOf("contextvars", "grpc", "openTelemetry")
    val others = listOf("threadLocal", "fastThreadLocal", "transmittable") +
        if (Runtime.version().feature() >= 25) listOf("scopedValue") else emptyList()

    (contexts + others).forEach { impl ->
        test("$impl reads what it has bound, in order, and the default of an absent key") {
            Peer.create(impl, 3).use { peer ->
                peer.within {
                    peer.get() shouldBe 2
                    List(4) { peer.getNext() } shouldBe listOf(0, 1, 2, 0)
                    peer.getAbsent() shouldBe "default"
                }
            }
        }
    }

    (contexts + "threadLocal").forEach { impl ->
        test("$impl restores the previous value, and finds values among other contexts") {
            Peer.create(impl, 3).use { peer ->
                peer.setReset()
                peer.get() shouldBe 2
                val pollution = Others.create(impl)
                List(100) { pollution.read() } shouldContainAnyOf listOf(0, 1)
            }
        }
    }

    (contexts + "micrometer" + "transmittable").forEach { impl ->
        test("$impl captures, runs the body, and restores") {
            Peer.create(impl, 3).use { peer ->
                val body = Body()
                peer.capture().shouldNotBeNull()
                peer.run(body) shouldBe body
                peer.hop(body) shouldBe body
                if (impl != "micrometer") peer.get() shouldBe 2
            }
        }
    }
})
