// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.logging.testing

import java.io.ByteArrayInputStream
import java.io.ByteArrayOutputStream
import java.io.ObjectInputStream
import java.io.ObjectOutputStream
import java.io.ObjectStreamClass

/** Java serialization to a process with other classes; shared with the backends as source. */
internal object Serialized {
    /** Writes the object and reads it with the classes of the class loader. */
    fun copy(original: Any, loader: ClassLoader): Any {
        val bytes = ByteArrayOutputStream()
        ObjectOutputStream(bytes).use { it.writeObject(original) }
        return object : ObjectInputStream(ByteArrayInputStream(bytes.toByteArray())) {
            override fun resolveClass(description: ObjectStreamClass): Class<*> =
                Class.forName(description.name, false, loader)
        }.use { it.readObject() }
    }
}
