// SPDX-License-Identifier: Apache-2.0
package dev.contextvars

import com.tngtech.archunit.base.DescribedPredicate.alwaysTrue
import com.tngtech.archunit.base.DescribedPredicate.not
import com.tngtech.archunit.core.domain.JavaClass.Predicates.belongToAnyOf
import com.tngtech.archunit.core.importer.ClassFileImporter
import com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields
import com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices
import dev.contextvars.hamt.Hamt
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactlyInAnyOrder
import io.kotest.matchers.ints.shouldBeGreaterThan
import io.kotest.matchers.shouldBe
import java.lang.invoke.VarHandle
import java.lang.module.ModuleDescriptor.Requires
import java.lang.module.ModuleFinder
import java.nio.file.Path

/** The directions of dependencies in docs/architecture.md, and rules that hold for all classes. */
class ArchitectureSpec : FunSpec({
    val home = Path.of(
        Context::class.java.protectionDomain.codeSource.location
            .toURI(),
    )
    val classes = ClassFileImporter().importPath(home)

    fun codeIn(folder: String) = noClasses()
        .that()
        .resideInAPackage(folder)
        .should()
        .dependOnClassesThat()

    fun codeOutside(vararg users: Class<*>) =
        noClasses().that(not(belongToAnyOf(*users))).should().dependOnClassesThat()

    test("the classes of the core are imported") {
        classes.size shouldBeGreaterThan 30
    }

    mapOf(
        "the map does not depend on contexts" to
            codeIn("dev.contextvars.hamt").resideInAnyPackage("dev.contextvars", "dev.contextvars.concurrent"),
        "the core does not depend on executors" to
            codeIn("dev.contextvars").resideInAPackage("dev.contextvars.concurrent"),
        "packages have no cycles" to slices().matching("dev.contextvars.(*)..").should().beFreeOfCycles(),
        "only ThreadState touches the thread-local cell" to
            codeOutside(ThreadState::class.java).areAssignableTo(ThreadLocal::class.java),
        "only the classes that hold shared state use VarHandle" to
            codeOutside(ContextState::class.java, ContextLease::class.java, Token::class.java)
                .areAssignableTo(VarHandle::class.java),
        "only CoroutineGuard walks the stack" to
            codeOutside(CoroutineGuard::class.java).areAssignableTo(StackWalker::class.java),
        "only FlightEvents uses the flight recorder" to
            codeOutside(FlightEvents::class.java).resideInAPackage("jdk.jfr.."),
        "only ThreadState and the SPI switch contexts" to
            codeIn("dev.contextvars.concurrent").areAssignableTo(ContextSwap::class.java),
        "maps, views and variables have only final fields" to
            fields()
                .that()
                .areDeclaredInClassesThat()
                .belongToAnyOf(Hamt::class.java, ContextMap::class.java, ContextVar::class.java)
                .should()
                .beFinal(),
    ).forEach { (name, rule) -> test(name) { rule.check(classes) } }

    test("the module exports two packages and requires only java.base") {
        val module = ModuleFinder
            .of(home)
            .findAll()
            .single()
            .descriptor()
        module.exports().map { it.source() } shouldContainExactlyInAnyOrder
            listOf("dev.contextvars", "dev.contextvars.concurrent")
        module.requires().filter { Requires.Modifier.STATIC !in it.modifiers() }.map { it.name() } shouldBe
            listOf("java.base")
    }

    test("a rule that does not hold fails") {
        shouldThrow<AssertionError> {
            noClasses().should().dependOnClassesThat(alwaysTrue()).check(classes)
        }
    }
})
