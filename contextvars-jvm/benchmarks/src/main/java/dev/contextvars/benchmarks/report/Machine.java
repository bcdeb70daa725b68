// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.benchmarks.report;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Where, when and of which commit each file of results was measured, as {@link Collect} noted. */
final class Machine {
  static final String FILE = "machine.json";

  private Machine() {}

  static String table(Path folder) throws IOException {
    Path file = folder.resolve(FILE);
    if (!Files.exists(file)) {
      return "Not measured yet.";
    }
    // What was measured in one run is one row: files by the facts they have in common.
    Map<JsonNode, Set<String>> runs = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> note : Json.read(file).properties()) {
      String group = note.getKey().replaceAll("-jdk.*", "");
      runs.computeIfAbsent(note.getValue(), facts -> new TreeSet<>()).add(group);
    }
    StringBuilder table = new StringBuilder();
    table.append("| groups | commit | date | JDK | processor | system |\n");
    table.append("| --- | --- | --- | --- | --- | --- |\n");
    runs.forEach(
        (facts, groups) -> {
          table.append("| ").append(String.join(", ", groups));
          for (String fact : new String[] {"commit", "date", "jdk", "cpu", "system"}) {
            table.append(" | ").append(facts.path(fact).asText(""));
          }
          table.append(" |\n");
        });
    return table.toString();
  }
}
