// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.spring

import dev.contextvars.Context
import dev.contextvars.testing.ThreadCells
import dev.contextvars.testing.pollUntil
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.shouldBe
import org.springframework.boot.SpringBootVersion
import org.springframework.boot.autoconfigure.AutoConfigurations
import org.springframework.boot.autoconfigure.task.TaskExecutionAutoConfiguration
import org.springframework.boot.autoconfigure.task.TaskSchedulingAutoConfiguration
import org.springframework.boot.test.context.runner.ApplicationContextRunner
import org.springframework.context.annotation.Bean
import org.springframework.context.annotation.Configuration
import org.springframework.core.task.AsyncTaskExecutor
import org.springframework.core.task.TaskDecorator
import org.springframework.scheduling.annotation.EnableScheduling
import org.springframework.scheduling.annotation.Scheduled
import java.util.concurrent.Callable
import java.util.concurrent.ConcurrentLinkedQueue
import java.util.concurrent.TimeUnit
import java.util.function.Supplier

private const val TASKS = 1_000

class TasksSpec : FunSpec({
    val tasks = ApplicationContextRunner().withConfiguration(
        AutoConfigurations.of(
            ContextVarsAutoConfiguration::class.java,
            TaskExecutionAutoConfiguration::class.java,
            TaskSchedulingAutoConfiguration::class.java,
        ),
    )
    afterTest { ThreadCells.dirtyThreadsAfter().shouldBeEmpty() }

    test("a task reads its submitter's values, in a copy") {
        tasks.withPropertyValues("spring.task.execution.pool.core-size=4").run { context ->
            val executor = context.getBean(AsyncTaskExecutor::class.java)
            val reads = (1..TASKS).map { number ->
                Context().with(user, "u$number").run(
                    Supplier {
                        executor.submit(
                            Callable {
                                val before = note.get()
                                "${visit()} $before"
                            },
                        )
                    },
                )
            }
            reads
                .mapIndexed { index, read -> read.get(1, TimeUnit.MINUTES) to "u${index + 1} $DEFAULT" }
                .filter { (read, expected) -> read != expected }
                .shouldBeEmpty()
        }
    }

    mapOf("true" to "in a new copy", "false" to "with what the previous run has left").forEach { (isEnabled, where) ->
        test("a @Scheduled method runs $where if contextvars.tasks.enabled is $isEnabled") {
            tasks
                .withUserConfiguration(Schedule::class.java)
                .withPropertyValues("contextvars.tasks.enabled=$isEnabled")
                .run { context ->
                    val schedule = context.getBean(Schedule::class.java)
                    pollUntil { schedule.reads.size >= 100 } shouldBe true
                    schedule.reads.all { it == DEFAULT } shouldBe isEnabled.toBoolean()
                }
        }
    }

    // Boot 3 applies none of several decorators.
    val several = if (SpringBootVersion.getVersion().startsWith("3.")) emptyList() else listOf("first", "second")
    mapOf(
        listOf("first") to listOf("first"),
        listOf("first", "second") to several,
    ).forEach { (beans, applied) ->
        test("of the application's decorators $beans, Boot applies $applied inside of ours") {
            val seen = ConcurrentLinkedQueue<String>()
            beans
                .fold(tasks) { runner, name ->
                    runner.withBean(name, TaskDecorator::class.java, { decorator(name, seen) })
                }.run { context ->
                    val executor = context.getBean(AsyncTaskExecutor::class.java)
                    val task = Context().with(user, "alice").run(Supplier { executor.submit(Callable { read() }) })
                    task.get(1, TimeUnit.MINUTES) shouldBe "alice"
                    seen.sorted() shouldBe applied.map { "$it alice" }
                }
        }
    }
})

private fun decorator(name: String, seen: MutableCollection<String>) = TaskDecorator { task ->
    Runnable {
        seen += "$name ${read()}"
        task.run()
    }
}

@Configuration(proxyBeanMethods = false)
@EnableScheduling
internal class Schedule {
    val reads = ConcurrentLinkedQueue<String>()

    @Scheduled(fixedRate = 1, timeUnit = TimeUnit.MILLISECONDS)
    fun run() {
        reads += note.get()
        note.set("of a run")
    }
}
