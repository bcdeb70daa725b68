// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.samples.orders

import ch.qos.logback.classic.pattern.ClassicConverter
import ch.qos.logback.classic.spi.ILoggingEvent
import dev.contextvars.ContextVar

/**
 * Writes the value of a context variable into log lines, `-` where it has none; the words are bound in `logback.xml`.
 *
 * It reads the variable when the line is formatted, so that must happen on the thread that logs, as it does in every
 * appender but AsyncAppender: behind that one it would read the context of the appender's own thread, which has none.
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
