// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.benchmarks.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A Markdown page with parts that are written by machine, each between two comments. */
final class Page {
  private static final String END = "<!-- end -->";

  private final String name;
  private String text;

  Page(String name, String text) {
    this.name = name;
    this.text = text;
  }

  static Page read(Path file) throws IOException {
    return new Page(file.toString(), Files.readString(file));
  }

  String text() {
    return text;
  }

  void write(Path file) throws IOException {
    Files.writeString(file, text);
  }

  /**
   * Puts a text between {@code <!-- part -->} and the next {@code <!-- end -->}.
   *
   * @throws IllegalStateException if the page lacks one of the two comments
   */
  void replace(String part, String content) {
    String marker = "<!-- " + part + " -->\n";
    int start = text.indexOf(marker);
    if (start < 0) {
      throw new IllegalStateException(name + " has no line " + marker.strip());
    }
    int body = start + marker.length();
    int end = text.indexOf(END, body);
    int other = text.indexOf("<!-- table: ", body);
    if (end < 0 || (other >= 0 && other < end)) {
      throw new IllegalStateException(name + " has no " + END + " after " + marker.strip());
    }
    text = text.substring(0, body) + content.stripTrailing() + "\n" + text.substring(end);
  }
}
