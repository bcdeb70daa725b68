// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.junit5

import dev.contextvars.ContextVar
import dev.contextvars.testing.ChildJvm
import dev.contextvars.testing.JavadocExamples
import dev.contextvars.testing.Snippets
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.maps.shouldContainExactly
import io.kotest.matchers.shouldBe
import java.io.File
import java.nio.file.Path

private const val MODULE = "contextvars-jvm/integrations/junit5"
private const val NEWEST = "6.1.3"

private val parallel = arrayOf(
    "junit.jupiter.execution.parallel.enabled=true",
    "junit.jupiter.execution.parallel.mode.default=concurrent",
    "junit.jupiter.execution.parallel.mode.classes.default=concurrent",
    "junit.jupiter.execution.parallel.config.strategy=fixed",
    "junit.jupiter.execution.parallel.config.fixed.parallelism=4",
)
private const val AUTODETECTION = "junit.jupiter.extensions.autodetection.enabled=true"

/** Runs the cases with each version of JUnit that docs/junit5.md names, in JVMs of their own. */
class JUnitSpec : FunSpec({
    listOf("5.12.2", "5.14.4", NEWEST).forEach { version ->
        test("JUnit $version gives each test its own context") {
            junit(version, rules.keys) shouldContainExactly results(rules.values)
        }

        test("JUnit $version gives each test its own context in parallel, with autodetection") {
            junit(version, rules.keys + "PlainCases", *parallel, AUTODETECTION) shouldContainExactly
                results(rules.values) + mapOf("PlainCases.first" to "1 ok", "PlainCases.second" to "1 ok")
        }

        test("JUnit $version fails tests that leak or do not restore their context, and cleans the thread") {
            val classes = listOf("LeakCases", "UnbalancedCases", "PlainCases", "AfterPlainCases")
            junit(version, classes) shouldContainExactly results(listOf(leaks, unbalanced, plain, afterPlain))
        }
    }

    test("contextvars.junit.leaks=ignore switches the check off, and the tests still have their own context") {
        junit(NEWEST, listOf("PlainCases", "AfterPlainCases"), "contextvars.junit.leaks=ignore") shouldContainExactly
            results(
                listOf(plain, mapOf("AfterPlainCases.first" to "1 ok", "AfterPlainCases.second" to "1 ok")),
                threadsWithContext = 1,
            )
    }

    test("another value of contextvars.junit.leaks fails the test that would leak") {
        val error =
            "1 ExtensionConfigurationException: contextvars.junit.leaks must be fail or ignore, and not ignored"
        junit(NEWEST, listOf("PlainCases", "AfterPlainCases"), "contextvars.junit.leaks=ignored") shouldContainExactly
            results(
                listOf(plain, mapOf("AfterPlainCases.first" to error, "AfterPlainCases.second" to error)),
                threadsWithContext = 1,
            )
    }

    test("the example of the documentation passes, and is the one in the Javadoc") {
        junit(NEWEST, listOf("docs.OrderTest")) shouldContainExactly
            results(listOf(mapOf("OrderTest.usesTheTenant" to "1 ok")))
        JavadocExamples.of(Snippets.root.resolve("$MODULE/src/main/java")) shouldContainExactly
            Snippets.of("$MODULE/src/test/java/dev/contextvars/junit5/docs/OrderTest.java").map { it.text }
    }

    test("the oldest of the versions is the one that the extension is compiled with") {
        File(pathOf(org.junit.jupiter.api.Test::class.java).toString()).name shouldBe "junit-jupiter-api-5.12.2.jar"
    }
})

/** The classes whose tests all pass, with the results of their methods. */
private val rules = mapOf(
    "LifecycleCases" to mapOf(
        "LifecycleCases.oneTest" to "1 ok",
        "LifecycleCases.anotherTest" to "1 ok",
        "LifecycleCases.repetition" to "100 ok",
        "LifecycleCases.parameterized" to "10 ok",
    ),
    "PerClassCases" to mapOf("PerClassCases.readsTheClassAndSetsItsOwn" to "10 ok"),
    "NestedCases" to mapOf(
        "NestedCases.outerTest" to "1 ok",
        "NestedCases\$First.nestedTest" to "10 ok",
        "NestedCases\$Second.nestedTest" to "10 ok",
    ),
    "DynamicCases" to mapOf("DynamicCases.factory" to "20 ok"),
    "ThreadCases" to mapOf("ThreadCases.keepsItsValue" to "200 ok", "ThreadCases.runsOnASeparateThread" to "20 ok"),
    "RegisteredTwiceCases" to mapOf("RegisteredTwiceCases.sharesTheContext" to "2 ok"),
    "InsideCases" to mapOf("InsideCases.runsOtherTests" to "1 ok"),
    "StillRunningCases" to mapOf(
        "StillRunningCases.setsItsValue" to "1 ok",
        "StillRunningCases thread reads" to "of the test",
        "StillRunningCases.afterEach" to "done",
    ),
)

private fun leak(variables: String) = "AssertionError: the test thread already has a current context with values of " +
    "$variables: an earlier test, or a callback of an extension, has set them outside of its own context"

private val leaks = mapOf(
    "LeakCases.setBefore" to "1 ${leak("class value, value")}",
    "@AfterEach of LeakCases.setBefore" to "none",
    "LeakCases.follows" to "1 ok",
    "@AfterEach of LeakCases.follows" to "none",
    "LeakCases.attachedBefore" to "1 ${leak("value")}",
    "@AfterEach of LeakCases.attachedBefore" to "none",
    "LeakCases.emptyBefore" to "1 ok",
    "@AfterEach of LeakCases.emptyBefore" to "none",
    "LeakCases.setAfter" to "1 ${leak("value")}",
    "@AfterEach of LeakCases.setAfter" to "of the test",
    "LeakCases.setAfterAFailure" to "1 IllegalStateException: the test fails + ${leak("value")}",
    "@AfterEach of LeakCases.setAfterAFailure" to "of the test",
)

private const val NOT_CURRENT =
    "ContextNotCurrentException: cannot exit context: thread state references a different context object"

private val unbalanced = mapOf(
    "UnbalancedCases.attaches" to "1 $NOT_CURRENT",
    "UnbalancedCases.enters" to "1 $NOT_CURRENT",
    "UnbalancedCases.entersAndFails" to "1 IllegalStateException: the test fails + $NOT_CURRENT",
    "UnbalancedCases.exits" to
        "1 ContextNotEnteredException: cannot exit context: <Context object at 0x…> has not been entered",
    "UnbalancedCases.restores" to "1 ok",
    "UnbalancedCases.swaps" to "1 $NOT_CURRENT",
) + listOf("attaches", "enters", "entersAndFails", "exits", "restores", "swaps").associate {
    "@AfterEach of UnbalancedCases.$it" to "of the test"
}

/** The control: without the extension, a test reads what the test before it has set. */
private val plain = mapOf(
    "PlainCases.first" to "1 ok",
    "PlainCases.second" to "1 AssertionFailedError: expected: <none> but was: <leak>",
)

private val afterPlain = mapOf("AfterPlainCases.first" to "1 ${leak("value")}", "AfterPlainCases.second" to "1 ok")

private fun results(ofClasses: Collection<Map<String, String>>, threadsWithContext: Int = 0) =
    ofClasses.fold(mapOf("threads with a context" to "$threadsWithContext")) { all, next -> all + next }

/** Runs classes with a version of JUnit, and returns the results of their methods. */
private fun junit(version: String, classes: Collection<String>, vararg parameters: String): Map<String, String> {
    val ofPlatform = if (version.startsWith("5.")) "1" + version.removePrefix("5") else version
    val jars = listOf("api", "engine", "params").map { "junit-jupiter-$it-$version.jar" } +
        listOf("commons", "engine", "launcher").map { "junit-platform-$it-$ofPlatform.jar" }
    val versions = Snippets.root.resolve("$MODULE/target/versions")
    val path = jars.map { versions.resolve(it) } +
        listOf(
            ContextVarsExtension::class.java,
            JUnitSpec::class.java,
            ContextVar::class.java,
            Unit::class.java,
            org.opentest4j.AssertionFailedError::class.java,
        ).map(::pathOf)
    val names = classes.map { if ('.' in it) it else "cases.$it" }
    return ChildJvm.run(
        JUnitRun::class.java.name,
        names + parameters,
        listOf("--add-opens=java.base/java.lang=ALL-UNNAMED"),
        classPath = path.joinToString(File.pathSeparator),
    )
}

/** The jar or folder of a class. */
private fun pathOf(type: Class<*>): Path = Path.of(
    type.protectionDomain.codeSource.location
        .toURI(),
)
