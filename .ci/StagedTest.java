// SPDX-License-Identifier: Apache-2.0

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import javax.tools.ToolProvider;

/**
 * Tests Staged.java with a correct staged folder: plants faults in copies of it, and checks that
 * Staged.java reports each of them, and nothing about the other artifacts.
 *
 * <pre>java .ci/StagedTest.java FOLDER VERSION [--unsigned]</pre>
 */
final class StagedTest {
  /** Changes files of an artifact: the path of its files without the suffix. */
  private interface Plant {
    void in(Path stem) throws Exception;
  }

  private record Fault(String suffix, String report, Plant plant) {}

  private static final String JAVA = System.getProperty("java.home") + "/bin/java";
  private static final String BOM = "contextvars-bom";

  /** Class files with nothing but a version. */
  private static final String JAVA_17 = "\0\0\0\0\0\0\0" + (char) 61;

  private static final String JAVA_21 = "\0\0\0\0\0\0\0" + (char) 65;

  private final Path staged;
  private final String version;
  private final List<String> options;
  private final Path work = Files.createTempDirectory("staged");
  private final List<String> libraries;
  private final List<Fault> faults = new ArrayList<>();
  private int failures;

  private StagedTest(Path staged, String version, List<String> options) throws IOException {
    this.staged = staged;
    this.version = version;
    this.options = options;
    try (Stream<Path> artifacts = Files.list(staged.resolve("dev/contextvars"))) {
      Stream<String> names = artifacts.map(each -> each.getFileName().toString());
      this.libraries = names.filter(each -> !each.equals(BOM)).sorted().toList();
    }
  }

  public static void main(String[] args) throws Exception {
    var options = List.of(args).subList(2, args.length);
    StagedTest test = new StagedTest(Path.of(args[0]), args[1], options);
    try {
      test.run();
    } finally {
      delete(test.work);
    }
    System.out.printf("%d faults, %d not reported%n", test.faults.size(), test.failures);
    System.exit(test.failures == 0 ? 0 : 1);
  }

  private void run() throws Exception {
    ToolProvider.getSystemJavaCompiler().run(null, null, null, "-d", "" + work, ".ci/Staged.java");
    expect(report(copy(), version), List.of(), Set.of());

    listFaultsOfFiles();
    listFaultsOfPoms();
    listFaultsOfSboms();
    listFaultsOfJars();
    for (int first = 0; first < faults.size(); first += libraries.size()) {
      Path copy = copy();
      List<String> expected = new ArrayList<>();
      for (int i = first; i < Math.min(faults.size(), first + libraries.size()); i++) {
        Fault fault = faults.get(i);
        Path stem = stem(copy, libraries.get(i - first));
        fault.plant.in(stem);
        expected.add(stem.getFileName() + fault.suffix + " " + fault.report);
      }
      expect(report(copy, version), expected, libraries.subList(0, expected.size()));
    }
    testFaultsOfTheWhole();
  }

  private void listFaultsOfFiles() {
    for (String suffix :
        List.of(
            ".pom",
            ".jar",
            "-sources.jar",
            "-javadoc.jar",
            "-cyclonedx.json",
            ".jar.md5",
            ".pom.sha1")) {
      add(suffix, "is missing", stem -> Files.delete(Path.of(stem + suffix)));
    }
    for (String suffix : List.of("-tests.jar", ".jar.sha256", "-sources.jar.asc.md5")) {
      add(suffix, "is not expected", stem -> Files.writeString(Path.of(stem + suffix), "text"));
    }
    add(".jar.md5", "does not match", stem -> flipLastByte(Path.of(stem + ".jar")));
    add(
        "-javadoc.jar.sha1",
        "does not match",
        stem -> flipLastByte(Path.of(stem + "-javadoc.jar")));
    add(".pom.sha1", "does not match", stem -> Files.writeString(Path.of(stem + ".pom.sha1"), "0"));
    add(".jar", "cannot be read", stem -> edit(Path.of(stem + ".jar"), text -> "text"));
    if (options.isEmpty()) {
      add(".jar.asc", "is missing", stem -> Files.delete(Path.of(stem + ".jar.asc")));
      add(
          ".pom.asc",
          "is not a detached",
          stem -> Files.writeString(Path.of(stem + ".pom.asc"), "text"));
    } else {
      add(
          ".jar.asc",
          "is not expected",
          stem -> Files.writeString(Path.of(stem + ".jar.asc"), "text"));
    }
  }

  private void listFaultsOfPoms() {
    for (String element : List.of("name", "description", "url", "licenses", "developers", "scm")) {
      edit(".pom", "has no " + element, "(?s)\n  <" + element + "\\b.*?\n?</" + element + ">", "");
    }
    edit(".pom", "has no licenses/license/url", "<url>.*/LICENSE.*</url>", "");
    edit(".pom", "has no scm/connection", "<connection>.*</connection>", "");
    for (String element :
        List.of(
            "parent",
            "build",
            "profiles",
            "properties",
            "repositories",
            "distributionManagement")) {
      edit(".pom", "must not have " + element, "</project>", "<" + element + "/></project>");
    }
    edit(".pom", "is the POM of", "\n  <artifactId>", "\n  <artifactId>x");
    edit(".pom", "mentions a snapshot", "</description>", " 1-SNAPSHOT</description>");
    edit(".pom", "has a property that is not resolved", "</description>", " \\${x}</description>");
    edit(".pom", "must not have a dependency of scope test", "<scope>compile", "<scope>test");
    add(".pom", "must require one version of x:y", stem -> require(stem, "x", "y", ""));
    add(".pom", "must require one version of x:y", stem -> require(stem, "x", "y", "[1,2)"));
    String other = "requires an artifact that is not in this release: dev.contextvars:contextvars-";
    add(".pom", other + "jvm:0", stem -> require(stem, "dev.contextvars", "contextvars-jvm", "0"));
    add(
        ".pom",
        other + "x:" + version,
        stem -> require(stem, "dev.contextvars", "contextvars-x", version));
  }

  private void listFaultsOfSboms() {
    add("-cyclonedx.json", "does not list x/y@1", stem -> require(stem, "x", "y", "1"));
    edit("-cyclonedx.json", "is not in the format", "CycloneDX\"", "SPDX\"");
    edit(
        "-cyclonedx.json",
        "has the time of the build",
        "\"metadata\" : \\{",
        "\"metadata\" : { \"timestamp\" : 0,");
    edit(
        "-cyclonedx.json",
        "is not of this version",
        "\"purl\" : \"pkg:maven/dev.contextvars/",
        "\"purl\" : \"pkg:maven/x/");
    edit(
        "-cyclonedx.json",
        "mentions a snapshot",
        "\"description\" : \"",
        "\"description\" : \"SNAPSHOT ");
  }

  private void listFaultsOfJars() {
    for (String jar : List.of(".jar", "-sources.jar")) {
      remove(jar, "has no META-INF/LICENSE", "META-INF/LICENSE");
      entry(jar, "has no META-INF/LICENSE", "META-INF/LICENSE", text -> "text");
    }
    for (String jar : List.of(".jar", "-sources.jar", "-javadoc.jar")) {
      entry(
          jar, "has another POM", "META-INF/maven/dev.contextvars/x/pom.xml", text -> "<project/>");
    }
    String manifest = "META-INF/MANIFEST.MF";
    entry(
        ".jar",
        "has no Implementation-Version",
        manifest,
        text -> text.replace("Version: " + version, "Version: 0"));
    entry(
        ".jar",
        "has no Implementation-Title",
        manifest,
        text -> text.replace("Title: contextvars", "Title: x"));
    entry(".jar", "must not contain x/Y.class", "x/Y.class", text -> JAVA_17);
    entry(".jar", "needs a later version than Java 17", "META-INF/Y.class", text -> JAVA_21);
    remove(".jar", "has no classes", "dev/.*");
    add(
        ".jar",
        "has no module name",
        stem -> {
          remove(Path.of(stem + ".jar"), "module-info.class");
          entry(
              Path.of(stem + ".jar"), manifest, text -> text.replace("Automatic-Module-Name", "X"));
        });
    remove("-sources.jar", "has no sources of package", "dev/.*");

    remove("-javadoc.jar", "has no index.html", "index.html");
    remove(
        "-javadoc.jar",
        "has no page of package",
        ".*/(package-summary|dev\\.[a-z0-9.]+/index)\\.html");
    entry("-javadoc.jar", "has a page in the wrong encoding", "x.html", text -> "\uFFFD");
    String link = "data-unresolved-link=\"java.util/List///\"";
    entry("-javadoc.jar", "has a name without a link: java.util/List", "x.html", text -> link);
    entry(
        "-javadoc.jar",
        "has a page that differs in each build",
        "x.html",
        text -> "commenttable@1");
  }

  /** Tests the faults that do not belong to one artifact. */
  private void testFaultsOfTheWhole() throws Exception {
    Path copy = copy();
    edit(file(copy, BOM, ".pom"), text -> text.replace("contextvars-jvm<", "contextvars-new<"));
    Files.createDirectories(stem(copy, "contextvars-parent").getParent());
    Files.writeString(file(copy, "contextvars-parent", ".pom"), "<project/>");
    Files.writeString(copy.resolve("dev/contextvars/maven-metadata.xml"), "<metadata/>");
    entry(file(copy, "contextvars-logging", ".jar"), "dev/contextvars/Y.class", text -> JAVA_17);
    expectAmong(
        report(copy, version),
        "contextvars-new-" + version + ".jar is missing",
        "contextvars-jvm-" + version + ".jar is not expected",
        "contextvars-parent-" + version + ".pom is not expected",
        "maven-metadata.xml is not expected",
        "shares package dev.contextvars with");

    copy = copy();
    edit(file(copy, BOM, ".pom"), text -> text.replaceFirst("(<dependency>\\s*<groupId>)", "$1x."));
    expectAmong(
        report(copy, version), "must list each artifact of this version once, and no others");

    copy = copy();
    Files.delete(file(copy, BOM, ".pom"));
    expectAmong(report(copy, version), "has no readable list of artifacts");
    expectAmong(report(copy(), version + "-SNAPSHOT"), "is not a version of a release");
  }

  private void expectAmong(List<String> lines, String... reports) {
    for (String report : reports) {
      faults.add(new Fault("", report, stem -> {}));
      expect(lines, List.of(report), libraries);
    }
  }

  /** Checks that there is a line for each report, and no line about an artifact without faults. */
  private void expect(
      List<String> lines, Collection<String> reports, Collection<String> artifacts) {
    for (String report : reports) {
      if (lines.stream().noneMatch(line -> line.contains(report))) {
        fail("not reported: " + report);
      }
    }
    for (String line : lines) {
      boolean known =
          libraries.stream()
              .filter(each -> !artifacts.contains(each))
              .noneMatch(each -> line.contains("/" + each + "/"));
      if (!known || reports.isEmpty()) {
        fail("reported without a fault: " + line);
      }
    }
  }

  private void fail(String text) {
    failures++;
    System.out.println(text);
  }

  /** Runs Staged.java, and returns its lines without the last one, which has the numbers. */
  private List<String> report(Path folder, String itsVersion) throws Exception {
    List<String> command =
        new ArrayList<>(List.of(JAVA, "-cp", "" + work, "Staged", "" + folder, itsVersion));
    command.addAll(options);
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    List<String> lines = new String(process.getInputStream().readAllBytes()).lines().toList();
    if (process.waitFor() != (lines.size() > 1 ? 1 : 0)) {
      fail("exit code " + process.exitValue() + " with " + lines);
    }
    delete(folder);
    return lines.subList(0, lines.size() - 1);
  }

  private Path copy() throws IOException {
    Path copy = work.resolve("copy");
    try (Stream<Path> all = Files.walk(staged)) {
      for (Path each : all.toList()) {
        Files.copy(each, copy.resolve(staged.relativize(each)));
      }
    }
    return copy;
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(each);
      }
    }
  }

  private Path stem(Path folder, String artifact) {
    return folder
        .resolve("dev/contextvars")
        .resolve(artifact)
        .resolve(version)
        .resolve(artifact + "-" + version);
  }

  private Path file(Path folder, String artifact, String suffix) {
    return Path.of(stem(folder, artifact) + suffix);
  }

  private void add(String suffix, String report, Plant plant) {
    faults.add(new Fault(suffix, report, plant));
  }

  private void edit(String suffix, String report, String regex, String replacement) {
    add(
        suffix,
        report,
        stem -> edit(Path.of(stem + suffix), text -> text.replaceFirst(regex, replacement)));
  }

  private void entry(String suffix, String report, String name, UnaryOperator<String> edit) {
    add(suffix, report, stem -> entry(Path.of(stem + suffix), name, edit));
  }

  private void remove(String suffix, String report, String regex) {
    add(suffix, report, stem -> remove(Path.of(stem + suffix), regex));
  }

  /** Adds a dependency to a POM. */
  private static void require(Path stem, String group, String artifact, String version)
      throws Exception {
    String dependency =
        "<dependency><groupId>%s</groupId><artifactId>%s</artifactId><version>%s</version></dependency>"
            .formatted(group, artifact, version);
    edit(
        Path.of(stem + ".pom"),
        text -> text.replace("<dependencies>", "<dependencies>" + dependency));
  }

  private static void flipLastByte(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length - 1] ^= 1;
    Files.write(file, bytes);
  }

  /** Changes the text of a file, and its checksums. */
  private static void edit(Path file, UnaryOperator<String> edit) throws Exception {
    Files.writeString(
        file, edit.apply(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1)));
    checksums(file);
  }

  /** Changes or adds an entry of a jar, and the checksums of the jar. */
  private static void entry(Path jar, String name, UnaryOperator<String> edit) throws Exception {
    try (FileSystem zip = FileSystems.newFileSystem(jar)) {
      Path entry = zip.getPath(name);
      if (entry.getParent() != null) {
        Files.createDirectories(entry.getParent());
      }
      Files.writeString(entry, edit.apply(Files.exists(entry) ? Files.readString(entry) : ""));
    }
    checksums(jar);
  }

  /** Removes the entries of a jar whose names match, and changes the checksums of the jar. */
  private static void remove(Path jar, String regex) throws Exception {
    try (FileSystem zip = FileSystems.newFileSystem(jar);
        Stream<Path> all = Files.walk(zip.getPath(""))) {
      for (Path entry : all.filter(Files::isRegularFile).toList()) {
        if (entry.toString().matches(regex)) {
          Files.delete(entry);
        }
      }
    }
    checksums(jar);
  }

  private static void checksums(Path file) throws Exception {
    for (String algorithm : List.of("MD5", "SHA-1")) {
      byte[] digest = MessageDigest.getInstance(algorithm).digest(Files.readAllBytes(file));
      String suffix = "." + algorithm.toLowerCase(Locale.ROOT).replace("-", "");
      Files.writeString(Path.of(file + suffix), HexFormat.of().formatHex(digest));
    }
  }
}
