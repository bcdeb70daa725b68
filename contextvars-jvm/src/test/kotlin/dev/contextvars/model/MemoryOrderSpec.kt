// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.model

import dev.contextvars.Context
import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.inspectors.forAll
import io.kotest.matchers.collections.shouldContain
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.collections.shouldNotBeEmpty
import io.kotest.matchers.collections.shouldNotContain
import io.kotest.matchers.ints.shouldBeLessThan
import io.kotest.matchers.shouldBe
import org.objectweb.asm.ClassReader
import org.objectweb.asm.Opcodes
import org.objectweb.asm.tree.AbstractInsnNode
import org.objectweb.asm.tree.ClassNode
import org.objectweb.asm.tree.FieldInsnNode
import org.objectweb.asm.tree.MethodInsnNode

/**
 * Checks in the class files the memory order that the essay in `ContextState` relies on.
 *
 * Most errors do not show in a run: HotSpot on x86 hides them, and Lincheck's interleavings are sequentially
 * consistent.
 */
class MemoryOrderSpec : FunSpec({
    val state = MemoryAccesses("ContextState")
    val lease = MemoryAccesses("ContextLease")
    val threadState = MemoryAccesses("ThreadState")

    listOf(
        "ContextState.owner" to state,
        "ContextState.usedWithoutEntering" to state,
        "ContextLease.cell" to lease,
        "Token.used" to MemoryAccesses("Token"),
    ).forEach { (field, type) ->
        test("$field is volatile") { type.isVolatile(field.substringAfter('.')) shouldBe true }
    }

    test("bindings are written with setRelease, except in the constructor") {
        val accesses = state.byMethod
            .filterKeys { !it.startsWith("<") }
            .values
            .flatten()
        accesses shouldNotContain "write bindings"
        accesses.filter { it.startsWith("BINDINGS.") }.toSet() shouldBe
            setOf("BINDINGS.setRelease", "BINDINGS.getAcquire")
    }

    test("the constructor ends with a fence after its last write") {
        val accesses = state.inMethod("<init>")
        accesses shouldContain "write bindings"
        accesses.last() shouldBe "VarHandle.storeStoreFence"
    }

    test("release frees the owner by one setRelease") {
        state.inMethod("release") shouldContainExactly listOf("OWNER.setRelease")
    }

    test("ThreadState clears previous before it frees the owner") {
        val frees = setOf("ContextState.release", "Context.release", "write owner")
        val freeing = threadState.byMethod.filterValues { accesses -> accesses.any { it in frees } }
        freeing.keys.map { it.substringBefore('(') }.toSet() shouldBe setOf("run", "enter", "exit")
        freeing.entries.forAll { (method, accesses) ->
            withClue("$method: $accesses") {
                accesses.filter { it == "write previous" }.shouldNotBeEmpty()
                accesses.lastIndexOf("write previous") shouldBeLessThan accesses.indexOfFirst { it in frees }
            }
        }
    }

    test("a claim writes the lease's cell before the owner") {
        val accesses = lease.inMethod("acquire")
        accesses shouldContain "CELL.setRelease"
        accesses.lastIndexOf("CELL.setRelease") shouldBeLessThan accesses.indexOf("Context.tryClaim")
    }
})

/** The accesses to shared memory in the class file of a core class. The class is not loaded. */
private class MemoryAccesses(className: String) {
    private val node = ClassNode().also { node ->
        val file = checkNotNull(Context::class.java.getResourceAsStream("$className.class")) { className }
        file.use { ClassReader(it).accept(node, ClassReader.SKIP_DEBUG) }
    }

    /**
     * The accesses of each method, by its name and descriptor, in the order of the instructions:
     *  - `write f`: a plain or volatile write of the field f, as its declaration says;
     *  - `H.setRelease`: an operation on the VarHandle in the static field H;
     *  - `VarHandle.storeStoreFence`, `ContextState.tryClaim`: any other call.
     */
    val byMethod: Map<String, List<String>> = node.methods.associate { method ->
        var handle = "VarHandle"
        method.name + method.desc to method.instructions.mapNotNull { instruction ->
            if (instruction is FieldInsnNode && instruction.opcode == Opcodes.GETSTATIC) handle = instruction.name
            describe(instruction, handle)
        }
    }

    fun isVolatile(field: String): Boolean =
        node.fields.single { it.name == field }.access and Opcodes.ACC_VOLATILE != 0

    /** The accesses of the only method of this name. */
    fun inMethod(name: String): List<String> = byMethod.entries.single { it.key.substringBefore('(') == name }.value

    private fun describe(instruction: AbstractInsnNode, handle: String): String? =
        when (instruction) {
            is FieldInsnNode -> {
                "write ${instruction.name}".takeIf { instruction.opcode == Opcodes.PUTFIELD }
            }

            is MethodInsnNode -> {
                val owner = instruction.owner.substringAfterLast('/')
                val isOperation = owner == "VarHandle" && instruction.opcode == Opcodes.INVOKEVIRTUAL
                "${if (isOperation) handle else owner}.${instruction.name}"
            }

            else -> {
                null
            }
        }
}
