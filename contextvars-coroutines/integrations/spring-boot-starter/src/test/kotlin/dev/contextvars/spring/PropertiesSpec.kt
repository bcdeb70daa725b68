// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.spring

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import org.springframework.boot.SpringBootVersion
import org.springframework.boot.autoconfigure.AutoConfigurations
import org.springframework.boot.test.context.FilteredClassLoader
import org.springframework.boot.test.context.assertj.ApplicationContextAssertProvider
import org.springframework.boot.test.context.runner.AbstractApplicationContextRunner
import org.springframework.boot.test.context.runner.ApplicationContextRunner
import org.springframework.boot.test.context.runner.ReactiveWebApplicationContextRunner
import org.springframework.boot.test.context.runner.WebApplicationContextRunner
import org.springframework.context.ConfigurableApplicationContext
import reactor.core.publisher.Hooks

/** The parts of the auto-configuration, as the names of their beans. */
private val TASKS = setOf(
    "contextVarsExecutors",
    "contextVarsVirtualExecutors",
    "contextVarsSchedulers",
    "contextVarsVirtualSchedulers",
)
private val REACTOR = setOf("contextVarsReactorHooks")
private val SERVLET = setOf("contextVarsFilter", "contextVarsMvc", "contextVarsMvcCoroutines")
private val WEBFLUX = setOf("contextVarsWebFilter", "contextVarsCoroutineWebFilter", "contextVarsFlows")

class PropertiesSpec : FunSpec({
    val auto = AutoConfigurations.of(ContextVarsAutoConfiguration::class.java)
    val plain = ApplicationContextRunner().withConfiguration(auto)
    val servlet = WebApplicationContextRunner().withConfiguration(auto)
    val reactive = ReactiveWebApplicationContextRunner().withConfiguration(auto)
    afterTest { Hooks.disableAutomaticContextPropagation() }

    context("the beans that exist") {
        listOf(
            Row("no web", plain::beans, "", TASKS + REACTOR),
            Row("a servlet container", servlet::beans, "", TASKS + REACTOR + SERVLET),
            Row("WebFlux", reactive::beans, "", TASKS + REACTOR + WEBFLUX),
            Row("a servlet container", servlet::beans, "contextvars.enabled=false", emptySet()),
            Row("WebFlux", reactive::beans, "contextvars.enabled=false", emptySet()),
            Row("a servlet container", servlet::beans, "contextvars.web.enabled=false", TASKS + REACTOR),
            Row("WebFlux", reactive::beans, "contextvars.web.enabled=false", TASKS + REACTOR),
            Row("a servlet container", servlet::beans, "contextvars.tasks.enabled=false", REACTOR + SERVLET),
            Row("WebFlux", reactive::beans, "contextvars.reactor.enabled=false", TASKS + WEBFLUX),
        ).forEach { (place, beans, property, expected) ->
            test("with $place and ${property.ifEmpty { "no property" }}") { beans(property) shouldBe expected }
        }
    }

    context("Reactor's hooks are") {
        listOf(
            "" to true,
            "contextvars.reactor.enabled=false" to false,
            "contextvars.enabled=false" to false,
            "spring.reactor.context-propagation=limited" to false,
        ).forEach { (property, isEnabled) ->
            test("${if (isEnabled) "enabled" else "not changed"} with ${property.ifEmpty { "no property" }}") {
                plain
                    .withPropertyValues(
                        property,
                    ).run { Hooks.isAutomaticContextPropagationEnabled() shouldBe isEnabled }
            }
        }
    }

    test("an application without Kotlin's coroutines has the other beans") {
        val withoutCoroutines =
            FilteredClassLoader("kotlinx.coroutines", "kotlin.reflect", "dev.contextvars.coroutines")
        servlet.withClassLoader(withoutCoroutines).beans() shouldBe
            TASKS + REACTOR + SERVLET - "contextVarsMvcCoroutines"
        reactive.withClassLoader(withoutCoroutines).beans() shouldBe TASKS + REACTOR + "contextVarsWebFilter"
    }

    test("the metadata describes each property of the conditions") {
        val metadata = resource("/META-INF/spring-configuration-metadata.json")
        listOf("enabled", "web.enabled", "tasks.enabled", "reactor.enabled").forEach {
            Regex(""""name": "contextvars.$it"""").findAll(metadata).count() shouldBe 1
        }
    }

    test("the specs run with the version that the build names") {
        SpringBootVersion.getVersion() shouldBe System.getProperty("spring.boot.expected.version")
    }
})

private data class Row(
    val place: String,
    val beans: (property: String) -> Set<String>,
    val property: String,
    val expected: Set<String>,
)

/** Returns the names of the starter's beans. */
private fun <R, C, A> R.beans(property: String = ""): Set<String>
    where R : AbstractApplicationContextRunner<R, C, A>,
          C : ConfigurableApplicationContext,
          A : ApplicationContextAssertProvider<C> {
    val names = mutableSetOf<String>()
    withPropertyValues(property).run { context ->
        names += context.beanDefinitionNames.filter { it.startsWith("contextVars") }
    }
    return names
}

private fun resource(name: String) =
    checkNotNull(ContextVarsAutoConfiguration::class.java.getResource(name)).readText()
