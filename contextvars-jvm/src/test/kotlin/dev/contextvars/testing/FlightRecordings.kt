// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.testing

import jdk.jfr.Recording
import jdk.jfr.consumer.RecordedEvent
import jdk.jfr.consumer.RecordingFile
import java.nio.file.Files

/** Recordings of the JDK Flight Recorder in this JVM. */
object FlightRecordings {
    /** Returns the events of the given name that are recorded while the body runs, in the order of their start. */
    fun of(event: String, vararg settings: Pair<String, String>, body: () -> Unit): List<RecordedEvent> =
        all({ enable(event).apply { settings.forEach { (name, value) -> with(name, value) } } }, body)
            .filter { it.eventType.name == event }

    /** Returns all events that a recording has while the body runs, in the order of their start. */
    fun all(configure: Recording.() -> Unit, body: () -> Unit): List<RecordedEvent> = Recording().use { recording ->
        recording.configure()
        recording.start()
        body()
        recording.stop()
        val file = Files.createTempFile("recording", ".jfr")
        try {
            recording.dump(file)
            RecordingFile.readAllEvents(file).sortedBy { it.startTime }
        } finally {
            Files.delete(file)
        }
    }
}
