// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.model

import dev.contextvars.Context
import org.objectweb.asm.ClassReader
import org.objectweb.asm.Opcodes
import org.objectweb.asm.tree.AbstractInsnNode
import org.objectweb.asm.tree.ClassNode
import org.objectweb.asm.tree.FieldInsnNode
import org.objectweb.asm.tree.MethodInsnNode

/** The accesses to shared memory in the class file of a core class. The class is not loaded. */
internal class MemoryAccesses(className: String) {
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
