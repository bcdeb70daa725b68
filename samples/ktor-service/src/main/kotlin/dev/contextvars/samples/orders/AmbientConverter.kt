// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.samples.orders

import ch.qos.logback.classic.pattern.ClassicConverter
import ch.qos.logback.classic.spi.ILoggingEvent
import dev.contextvars.ContextVar

/**
 * Writes the value of a context variable into log lines, or `-` if it is not set. `logback.xml` defines the conversion
 * words.
 *
 * The variable is read when the line is formatted, so this must happen on the logging thread. All appenders do so
 * except AsyncAppender, which formats on its own thread, where no context is current.
 */
sealed class AmbientConverter(private val variable: ContextVar<*>) : ClassicConverter() {
    override fun convert(event: ILoggingEvent): String = if (variable.isSet) variable.get().toString() else "-"
}

/** `%tenant` */
class TenantConverter : AmbientConverter(tenant)

/** `%request` */
class RequestConverter : AmbientConverter(requestId)

/** `%user` */
class UserConverter : AmbientConverter(user)
