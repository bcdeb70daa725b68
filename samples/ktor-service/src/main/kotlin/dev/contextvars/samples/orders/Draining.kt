// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.samples.orders

import io.ktor.server.application.ApplicationStopPreparing
import io.ktor.server.application.createApplicationPlugin
import io.ktor.server.application.hooks.CallSetup
import kotlinx.coroutines.job
import org.slf4j.LoggerFactory
import java.util.concurrent.Phaser
import java.util.concurrent.TimeUnit
import java.util.concurrent.TimeoutException

private val log = LoggerFactory.getLogger("server")

private const val PATIENCE_SECONDS = 10L

/**
 * Waits for active calls when the server stops. Netty 4.2 closes every connection as soon as its event loops shut down,
 * regardless of the grace period.
 */
val Draining = createApplicationPlugin("Draining") {
    val parties = Phaser(1) // the server, and each active call
    on(CallSetup) { call ->
        parties.register()
        // A call's job ends when its response has been written.
        call.coroutineContext.job.invokeOnCompletion { parties.arriveAndDeregister() }
    }
    application.monitor.subscribe(ApplicationStopPreparing) {
        log.info("stopping, {} calls in flight", parties.registeredParties - 1)
        try {
            parties.awaitAdvanceInterruptibly(parties.arriveAndDeregister(), PATIENCE_SECONDS, TimeUnit.SECONDS)
        } catch (late: TimeoutException) {
            log.warn("{} calls are cut off", parties.unarrivedParties, late)
        }
    }
}
