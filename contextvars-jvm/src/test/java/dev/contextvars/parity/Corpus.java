// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.parity;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.FileInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;

/** Reads the programs of a file in the format contextvars-conformance/1, compressed or not. */
final class Corpus {
  private static final String FORMAT = "contextvars-conformance/1";
  private static final ObjectMapper JSON = new ObjectMapper();

  private Corpus() {}

  /** A program, to be run in a fresh thread that has no current context yet. */
  record Program(String id, String profile, JsonNode operations) {}

  /** Returns the programs of a resource beside this class's, to be closed. */
  static Stream<Program> ofResource(String name) throws IOException {
    InputStream resource = Corpus.class.getResourceAsStream("/conformance/" + name);
    if (resource == null) {
      throw new FileNotFoundException("no test resource conformance/" + name);
    }
    return read(name, resource);
  }

  /** Returns the programs of a file, to be closed. */
  static Stream<Program> ofFile(String path) throws IOException {
    return read(path, new FileInputStream(path));
  }

  private static Stream<Program> read(String name, InputStream stream) throws IOException {
    InputStream plain = name.endsWith(".gz") ? new GZIPInputStream(stream) : stream;
    BufferedReader lines =
        new BufferedReader(new InputStreamReader(plain, StandardCharsets.US_ASCII));
    String header = lines.readLine();
    if (header == null || !FORMAT.equals(JSON.readTree(header).path("format").asText())) {
      throw new IOException(name + " is not a file of the format " + FORMAT);
    }
    return lines.lines().map(Corpus::program).onClose(() -> close(lines));
  }

  private static Program program(String line) {
    try {
      JsonNode program = JSON.readTree(line);
      return new Program(
          program.required("id").asText(),
          program.required("profile").asText(),
          program.required("ops"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void close(BufferedReader lines) {
    try {
      lines.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
