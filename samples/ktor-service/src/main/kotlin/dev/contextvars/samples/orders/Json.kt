// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.samples.orders

import com.fasterxml.jackson.databind.DeserializationFeature
import com.fasterxml.jackson.databind.json.JsonMapper
import com.fasterxml.jackson.module.kotlin.kotlinModule
import io.ktor.http.ContentType
import io.ktor.http.content.OutgoingContent
import io.ktor.http.content.TextContent
import io.ktor.http.withCharset
import io.ktor.serialization.ContentConverter
import io.ktor.util.reflect.TypeInfo
import io.ktor.utils.io.ByteReadChannel
import io.ktor.utils.io.charsets.Charset
import io.ktor.utils.io.readRemaining
import kotlinx.io.readString

/** The JSON format of this service. */
val json: JsonMapper =
    JsonMapper
        .builder()
        .addModule(kotlinModule())
        .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
        .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
        .build()

/** Reads and writes bodies with Jackson. */
object JsonConverter : ContentConverter {
    override suspend fun serialize(
        contentType: ContentType,
        charset: Charset,
        typeInfo: TypeInfo,
        value: Any?,
    ): OutgoingContent = TextContent(json.writeValueAsString(value), contentType.withCharset(charset))

    // Longer bodies are truncated, and are then not valid JSON.
    override suspend fun deserialize(charset: Charset, typeInfo: TypeInfo, content: ByteReadChannel): Any? =
        requireNotNull(json.readValue(content.readRemaining(MAX_BYTES).readString(charset), typeInfo.type.java))

    private const val MAX_BYTES = 1L shl 20
}
