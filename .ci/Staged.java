// SPDX-License-Identifier: Apache-2.0

import java.io.IOException;
import java.lang.module.FindException;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.lang.module.ModuleReference;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Element;
import org.w3c.dom.Node;

/**
 * Checks that a staged folder is complete and correct, by the rules of Maven Central and of this
 * project.
 *
 * <pre>java .ci/Staged.java FOLDER VERSION [--unsigned]</pre>
 *
 * Prints each fault on a line, and exits with 1 if there is any. The artifacts that must exist are
 * those of the BOM. Signatures must exist, but only gpg can verify them: .ci/release. For the tests
 * see StagedTest.java.
 */
final class Staged {
  private static final String GROUP = "dev.contextvars";
  private static final String BOM = "contextvars-bom";
  private static final Pattern VERSION =
      Pattern.compile("\\d+\\.\\d+\\.\\d+(-(alpha|beta|rc)\\.\\d+)?");
  private static final int JAVA_17 = 61;

  private static final List<String> POM_ELEMENTS =
      List.of(
          "name",
          "description",
          "url",
          "licenses/license/name",
          "licenses/license/url",
          "developers/developer/name",
          "scm/url",
          "scm/connection",
          "scm/developerConnection");
  private static final Set<String> POM_FORBIDDEN =
      Set.of(
          "parent",
          "build",
          "profiles",
          "properties",
          "modules",
          "reporting",
          "repositories",
          "pluginRepositories",
          "distributionManagement");

  /** Links of Dokka to code whose API reference is listed in docs/package-lists. */
  private static final Pattern UNRESOLVED =
      Pattern.compile("data-unresolved-link=\"((dev\\.contextvars|kotlin|kotlinx|java)[./][^\"]*)");

  private static final Pattern COMPONENT = Pattern.compile("\"purl\" : \"pkg:maven/([^\"?]+)");

  private final Path root;
  private final Path group;
  private final String version;
  private final boolean signed;
  private final Map<String, String> artifactOfPackage = new HashMap<>();
  private final Set<String> faults = new LinkedHashSet<>();

  private Staged(Path root, String version, boolean signed) {
    this.root = root;
    this.group = root.resolve(GROUP.replace('.', '/'));
    this.version = version;
    this.signed = signed;
  }

  public static void main(String[] args) throws Exception {
    if (args.length < 2 || args.length > 3 || args.length == 3 && !args[2].equals("--unsigned")) {
      System.err.println("usage: java .ci/Staged.java FOLDER VERSION [--unsigned]");
      System.exit(2);
    }
    Staged staged = new Staged(Path.of(args[0]), args[1], args.length == 2);
    staged.check();
    staged.faults.forEach(System.out::println);
    System.out.printf(
        "%s: %d files, %d faults%n", args[0], files(staged.root).size(), staged.faults.size());
    System.exit(staged.faults.isEmpty() ? 0 : 1);
  }

  private void check() throws Exception {
    if (!VERSION.matcher(version).matches()) {
      fault(root, "is of version " + version + ", which is not a version of a release");
    }
    Set<String> libraries = libraries();
    Set<Path> expected = new TreeSet<>(files(BOM, ".pom", "-cyclonedx.json"));
    for (String library : libraries) {
      expected.addAll(
          files(library, ".pom", ".jar", "-sources.jar", "-javadoc.jar", "-cyclonedx.json"));
    }
    Set<Path> actual = files(root);
    expected.stream()
        .filter(file -> !actual.contains(file))
        .forEach(file -> fault(file, "is missing"));
    actual.stream()
        .filter(file -> !expected.contains(file))
        .forEach(file -> fault(file, "is not expected"));
    for (Path file : actual) {
      content(file, libraries);
    }
  }

  /** Returns the artifacts that the BOM lists: those that users can import are those that exist. */
  private Set<String> libraries() {
    Set<String> result = new TreeSet<>();
    Path pom = file(BOM, ".pom");
    try {
      for (Element dependency : children(xml(pom), "dependencyManagement/dependencies")) {
        String artifact = text(dependency, "artifactId");
        String itsVersion = text(dependency, "version").replace("${project.version}", version);
        if (!text(dependency, "groupId").equals(GROUP)
            || !itsVersion.equals(version)
            || !result.add(artifact)) {
          fault(
              pom,
              "must list each artifact of this version once, and no others: "
                  + artifact
                  + ":"
                  + itsVersion);
        }
      }
    } catch (Exception e) {
      fault(pom, "has no readable list of artifacts: " + e);
    }
    return result;
  }

  /** Returns the files of an artifact, with their checksums and signatures. */
  private Set<Path> files(String artifact, String... suffixes) {
    Set<Path> result = new TreeSet<>();
    for (String suffix : suffixes) {
      for (String addition :
          signed ? List.of("", ".md5", ".sha1", ".asc") : List.of("", ".md5", ".sha1")) {
        result.add(file(artifact, suffix + addition));
      }
    }
    return result;
  }

  private Path file(String artifact, String suffix) {
    return group.resolve(artifact).resolve(version).resolve(artifact + "-" + version + suffix);
  }

  private static Set<Path> files(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      return new TreeSet<>(all.filter(Files::isRegularFile).toList());
    }
  }

  private void content(Path file, Set<String> libraries) {
    String name = file.getFileName().toString();
    String artifact = group.relativize(file).getName(0).toString();
    try {
      if (name.endsWith(".md5")) {
        checksum(file, "MD5");
      } else if (name.endsWith(".sha1")) {
        checksum(file, "SHA-1");
      } else if (name.endsWith(".asc")) {
        signature(file);
      } else if (name.endsWith(".pom")) {
        pom(file, artifact, libraries);
      } else if (name.endsWith(".json")) {
        sbom(file, artifact);
      } else if (name.endsWith("-sources.jar")) {
        sources(file, artifact);
      } else if (name.endsWith("-javadoc.jar")) {
        javadoc(file, artifact);
      } else if (name.endsWith(".jar")) {
        jar(file, artifact);
      }
    } catch (Exception e) {
      fault(file, "cannot be read: " + e);
    }
  }

  private void checksum(Path sum, String algorithm) throws Exception {
    String name = sum.getFileName().toString();
    Path file = sum.resolveSibling(name.substring(0, name.lastIndexOf('.')));
    byte[] digest = MessageDigest.getInstance(algorithm).digest(Files.readAllBytes(file));
    if (!Files.readString(sum).strip().equals(HexFormat.of().formatHex(digest))) {
      fault(sum, "does not match the file");
    }
  }

  private void signature(Path file) throws IOException {
    String text = Files.readString(file).strip();
    if (!text.startsWith("-----BEGIN PGP SIGNATURE-----")
        || !text.endsWith("-----END PGP SIGNATURE-----")) {
      fault(file, "is not a detached, armoured signature");
    }
  }

  private void pom(Path file, String artifact, Set<String> libraries) throws Exception {
    Element project = xml(file);
    String coordinates =
        text(project, "groupId")
            + ":"
            + text(project, "artifactId")
            + ":"
            + text(project, "version");
    if (!coordinates.equals(GROUP + ":" + artifact + ":" + version)) {
      fault(file, "is the POM of " + coordinates);
    }
    for (String path : POM_ELEMENTS) {
      if (text(project, path).isBlank()) {
        fault(file, "has no " + path);
      }
    }
    for (Element element : children(project, "")) {
      if (POM_FORBIDDEN.contains(element.getTagName())) {
        fault(file, "must not have " + element.getTagName());
      }
    }
    String text = Files.readString(file);
    if (text.contains("SNAPSHOT")) {
      fault(file, "mentions a snapshot");
    }
    if (!artifact.equals(BOM) && text.contains("${")) {
      fault(file, "has a property that is not resolved");
    }
    for (Element dependency : children(project, "dependencies")) {
      dependency(file, dependency, libraries);
    }
  }

  private void dependency(Path pom, Element dependency, Set<String> libraries) {
    String name = text(dependency, "groupId") + ":" + text(dependency, "artifactId");
    String itsVersion = text(dependency, "version");
    if (itsVersion.isBlank() || "[(".indexOf(itsVersion.charAt(0)) >= 0) {
      fault(pom, "must require one version of " + name);
    }
    if (!Set.of("", "compile", "runtime", "provided").contains(text(dependency, "scope"))) {
      fault(pom, "must not have a dependency of scope " + text(dependency, "scope") + ": " + name);
    }
    if (text(dependency, "groupId").equals(GROUP)
        && !(libraries.contains(text(dependency, "artifactId")) && itsVersion.equals(version))) {
      fault(pom, "requires an artifact that is not in this release: " + name + ":" + itsVersion);
    }
  }

  /** Checks that the SBOM lists the transitive dependencies of the POM in the same versions. */
  private void sbom(Path file, String artifact) throws Exception {
    String text = Files.readString(file);
    if (!text.contains("\"bomFormat\" : \"CycloneDX\"")) {
      fault(file, "is not in the format of CycloneDX");
    }
    if (text.contains("\"timestamp\"")) {
      fault(file, "has the time of the build");
    }
    if (text.contains("SNAPSHOT")) {
      fault(file, "mentions a snapshot");
    }
    Set<String> components = new TreeSet<>();
    for (Matcher component = COMPONENT.matcher(text); component.find(); ) {
      components.add(component.group(1));
    }
    if (!components.contains(GROUP + "/" + artifact + "@" + version)) {
      fault(file, "is not of this version of " + artifact);
    }
    for (Element dependency : children(xml(file(artifact, ".pom")), "dependencies")) {
      String name = text(dependency, "groupId") + "/" + text(dependency, "artifactId");
      String component = name + "@" + text(dependency, "version");
      if (!text(dependency, "scope").equals("provided") && !components.contains(component)) {
        fault(file, "does not list " + component);
      }
    }
  }

  private void jar(Path file, String artifact) throws IOException {
    Set<String> packages = new TreeSet<>();
    try (JarFile jar = new JarFile(file.toFile())) {
      license(file, jar);
      innerPom(file, jar, artifact);
      var manifest = jar.getManifest().getMainAttributes();
      if (!version.equals(manifest.getValue("Implementation-Version"))) {
        fault(file, "has no Implementation-Version " + version);
      }
      if (!artifact.equals(manifest.getValue("Implementation-Title"))) {
        fault(file, "has no Implementation-Title " + artifact);
      }
      for (ZipEntry entry : entries(jar, "")) {
        String name = entry.getName();
        if (!name.startsWith("META-INF/")
            && !name.matches("dev/contextvars/.*|module-info\\.class")) {
          fault(file, "must not contain " + name);
        } else if (name.matches("dev/.*\\.class")) {
          packages.add(packageOf(name));
        }
        if (name.endsWith(".class")) {
          int major = read(jar, entry)[7];
          if (major != JAVA_17) {
            fault(file, "needs a later version than Java 17: " + name + " has version " + major);
          }
        }
      }
    }
    if (packages.isEmpty()) {
      fault(file, "has no classes");
    }
    for (String each : packages) {
      String other = artifactOfPackage.putIfAbsent(each, artifact);
      if (other != null) {
        fault(file, "shares package " + each + " with " + other);
      }
    }
    ModuleDescriptor module = module(file);
    String manual = module.isAutomatic() ? attribute(file, "Automatic-Module-Name") : module.name();
    if (!Objects.requireNonNullElse(manual, "").matches("dev\\.contextvars(\\.[a-z0-9.]+)?")) {
      fault(file, "has no module name of its own");
    }
  }

  private void sources(Path file, String artifact) throws IOException {
    try (JarFile jar = new JarFile(file.toFile())) {
      license(file, jar);
      innerPom(file, jar, artifact);
      Set<String> packages = new TreeSet<>();
      for (ZipEntry entry : entries(jar, "")) {
        if (entry.getName().matches("dev/.*\\.(java|kt)")) {
          packages.add(packageOf(entry.getName()));
        }
      }
      for (String each : module(file(artifact, ".jar")).packages()) {
        if (!packages.contains(each)) {
          fault(file, "has no sources of package " + each);
        }
      }
    }
  }

  private void javadoc(Path file, String artifact) throws IOException {
    try (JarFile jar = new JarFile(file.toFile())) {
      innerPom(file, jar, artifact);
      if (jar.getEntry("index.html") == null) {
        fault(file, "has no index.html");
      }
      List<? extends ZipEntry> pages = entries(jar, ".html");
      for (String each : exports(module(file(artifact, ".jar")))) {
        String javadoc = each.replace('.', '/') + "/package-summary.html";
        String dokka = "/" + each + "/index.html";
        if (pages.stream()
            .noneMatch(
                page -> page.getName().endsWith(javadoc) || page.getName().endsWith(dokka))) {
          fault(file, "has no page of package " + each);
        }
      }
      for (ZipEntry entry : pages) {
        String page = new String(read(jar, entry), StandardCharsets.UTF_8);
        if (page.contains("\uFFFD")) {
          fault(file, "has a page in the wrong encoding: " + entry.getName());
        }
        for (Matcher link = UNRESOLVED.matcher(page); link.find(); ) {
          fault(file, "has a name without a link: " + link.group(1) + " in " + entry.getName());
        }
        if (page.contains("commenttable@")) {
          fault(file, "has a page that differs in each build: " + entry.getName());
        }
      }
    }
  }

  /** Tools that look for dependencies read the POM in a jar, not the one beside it. */
  private void innerPom(Path file, JarFile jar, String artifact) throws IOException {
    for (ZipEntry entry : entries(jar, "/pom.xml")) {
      if (!Arrays.equals(read(jar, entry), Files.readAllBytes(file(artifact, ".pom")))) {
        fault(file, "has another POM: " + entry.getName());
      }
    }
  }

  private void license(Path file, JarFile jar) throws IOException {
    ZipEntry license = jar.getEntry("META-INF/LICENSE");
    if (license == null
        || !new String(read(jar, license), StandardCharsets.UTF_8).contains("Apache License")) {
      fault(file, "has no META-INF/LICENSE");
    }
  }

  private void fault(Path path, String text) {
    faults.add(root.relativize(path) + " " + text);
  }

  private static String packageOf(String entry) {
    return entry.substring(0, entry.lastIndexOf('/')).replace('/', '.');
  }

  private static ModuleDescriptor module(Path jar) throws IOException {
    try {
      return ModuleFinder.of(jar).findAll().stream()
          .map(ModuleReference::descriptor)
          .findFirst()
          .orElseThrow();
    } catch (FindException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  private static Set<String> exports(ModuleDescriptor module) {
    Set<String> result = new TreeSet<>(module.packages());
    if (!module.isAutomatic()) {
      result.retainAll(module.exports().stream().map(ModuleDescriptor.Exports::source).toList());
    }
    return result;
  }

  private static String attribute(Path file, String name) throws IOException {
    try (JarFile jar = new JarFile(file.toFile())) {
      return jar.getManifest().getMainAttributes().getValue(name);
    }
  }

  private static List<? extends ZipEntry> entries(JarFile jar, String suffix) {
    return jar.stream()
        .filter(entry -> !entry.isDirectory() && entry.getName().endsWith(suffix))
        .toList();
  }

  private static byte[] read(JarFile jar, ZipEntry entry) throws IOException {
    try (var in = jar.getInputStream(entry)) {
      return in.readAllBytes();
    }
  }

  private static Element xml(Path file) throws Exception {
    var factory = DocumentBuilderFactory.newInstance();
    factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
    return factory.newDocumentBuilder().parse(file.toFile()).getDocumentElement();
  }

  /** Returns the child elements of the element that the path leads to, if there is one. */
  private static List<Element> children(Element parent, String path) {
    List<Element> result = new ArrayList<>();
    Element element = element(parent, path);
    for (Node node = element == null ? null : element.getFirstChild();
        node != null;
        node = node.getNextSibling()) {
      if (node instanceof Element child) {
        result.add(child);
      }
    }
    return result;
  }

  private static String text(Element parent, String path) {
    Element element = element(parent, path);
    return element == null ? "" : element.getTextContent().strip();
  }

  private static Element element(Element parent, String path) {
    Element result = parent;
    for (String name : path.isEmpty() ? new String[0] : path.split("/")) {
      result =
          children(result, "").stream()
              .filter(child -> child.getTagName().equals(name))
              .findFirst()
              .orElse(null);
      if (result == null) {
        return null;
      }
    }
    return result;
  }
}
