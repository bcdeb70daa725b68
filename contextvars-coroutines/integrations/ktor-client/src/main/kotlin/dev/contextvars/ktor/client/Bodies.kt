// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.ktor.client

import dev.contextvars.Context
import dev.contextvars.coroutines.withContext
import io.ktor.http.ContentType
import io.ktor.http.Headers
import io.ktor.http.HttpStatusCode
import io.ktor.http.content.OutgoingContent
import io.ktor.util.AttributeKey
import io.ktor.utils.io.ByteReadChannel
import io.ktor.utils.io.ByteWriteChannel

/**
 * Returns a body whose code runs in a copy of the Context that is current now, in any coroutine that Ktor calls it from.
 * A body that has no code, such as a byte array, is returned itself.
 */
internal fun OutgoingContent.inCurrentContext(): OutgoingContent = when (this) {
    is OutgoingContent.WriteChannelContent -> WrittenInContext(this, Context.copyContext())
    is OutgoingContent.ReadChannelContent -> ReadInContext(this, Context.copyContext())
    is OutgoingContent.ContentWrapper -> copy(delegate().inCurrentContext())
    else -> this
}

// A retried request runs the code of its body again: in another copy, so that no values of the first time remain.

private class WrittenInContext(
    private val body: OutgoingContent.WriteChannelContent,
    private val context: Context,
) : OutgoingContent.WriteChannelContent() {
    override val contentLength: Long? get() = body.contentLength
    override val contentType: ContentType? get() = body.contentType
    override val headers: Headers get() = body.headers
    override val status: HttpStatusCode? get() = body.status

    override suspend fun writeTo(channel: ByteWriteChannel) = withContext(context.copy()) { body.writeTo(channel) }

    override fun trailers(): Headers? = body.trailers()

    override fun <T : Any> getProperty(key: AttributeKey<T>): T? = body.getProperty(key)

    override fun <T : Any> setProperty(key: AttributeKey<T>, value: T?) = body.setProperty(key, value)
}

private class ReadInContext(
    private val body: OutgoingContent.ReadChannelContent,
    private val context: Context,
) : OutgoingContent.ReadChannelContent() {
    override val contentLength: Long? get() = body.contentLength
    override val contentType: ContentType? get() = body.contentType
    override val headers: Headers get() = body.headers
    override val status: HttpStatusCode? get() = body.status

    override fun readFrom(): ByteReadChannel = context.copy().run { body.readFrom() }

    override fun readFrom(range: LongRange): ByteReadChannel = context.copy().run { body.readFrom(range) }

    override fun trailers(): Headers? = body.trailers()

    override fun <T : Any> getProperty(key: AttributeKey<T>): T? = body.getProperty(key)

    override fun <T : Any> setProperty(key: AttributeKey<T>, value: T?) = body.setProperty(key, value)
}
