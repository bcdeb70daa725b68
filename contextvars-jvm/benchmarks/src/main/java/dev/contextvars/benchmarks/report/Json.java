// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.benchmarks.report;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reads and writes the files of {@code docs/performance}. */
final class Json {
  static final ObjectMapper MAPPER =
      new ObjectMapper().configure(JsonGenerator.Feature.AUTO_CLOSE_TARGET, false);

  private Json() {}

  static JsonNode read(Path file) throws IOException {
    return MAPPER.readTree(Files.readString(file));
  }

  /**
   * Writes an array or object with one line to an element: a row measured again is one changed
   * line.
   */
  static void write(Path file, JsonNode content) throws IOException {
    StringBuilder text = new StringBuilder();
    String separator = "";
    if (content.isArray()) {
      for (JsonNode element : content) {
        text.append(separator).append(MAPPER.writeValueAsString(element));
        separator = ",\n";
      }
      Files.writeString(file, "[\n" + text + "\n]\n");
    } else {
      for (var field : content.properties()) {
        text.append(separator).append(MAPPER.writeValueAsString(field.getKey())).append(": ");
        text.append(MAPPER.writeValueAsString(field.getValue()));
        separator = ",\n";
      }
      Files.writeString(file, "{\n" + text + "\n}\n");
    }
  }
}
