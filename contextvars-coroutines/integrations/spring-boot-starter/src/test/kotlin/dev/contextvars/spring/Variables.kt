// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.spring

import dev.contextvars.ContextVar

internal const val DEFAULT = "none"

/** Set outside of the handler, to the value of the header X-User. */
internal val user = ContextVar("user", DEFAULT)

/** Set by the handler, to its user. */
internal val note = ContextVar("note", DEFAULT)

internal const val HEADER = "X-User"

/** Reads the user. Each request must read its own one, wherever it reads. */
internal fun read(): String = user.get()

/** Reads the user, and leaves a note for the code that runs after the handler. */
internal fun visit(): String = read().also { note.set(it) }
