// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.testing

import org.jspecify.annotations.Nullable
import java.lang.reflect.AnnotatedArrayType
import java.lang.reflect.AnnotatedParameterizedType
import java.lang.reflect.AnnotatedType
import java.lang.reflect.AnnotatedWildcardType
import java.lang.reflect.Constructor
import java.lang.reflect.Executable
import java.lang.reflect.Field
import java.lang.reflect.GenericDeclaration
import java.lang.reflect.Member
import java.lang.reflect.Method
import java.lang.reflect.Modifier
import java.lang.reflect.ParameterizedType

/**
 * Writes the signatures of a class and of its public and protected members, as Java would, and alike on every JDK.
 *
 * Each line stands for itself, with the name of the class in it. JSpecify's annotations are shown: in Kotlin they are
 * part of the type.
 */
internal object Signatures {
    fun of(type: Class<*>): List<String> {
        val members = type.declaredFields.toList<Member>() + type.declaredConstructors + type.declaredMethods
        return listOf(header(type)) +
            members
                .filter { isVisible(it.modifiers) && !isMangled(it.name) }
                .map { (if (it is Constructor<*>) "" else it.name) to line(it) }
                .sortedWith(compareBy({ it.first }, { it.second }))
                .map { it.second }
    }

    fun isVisible(modifiers: Int): Boolean = Modifier.isPublic(modifiers) || Modifier.isProtected(modifiers)

    private fun isMangled(name: String) = '$' in name.removeSuffix("\$default")

    private fun header(type: Class<*>): String {
        val kind = when {
            type.isAnnotation -> "@interface"
            type.isInterface -> "interface"
            type.isEnum -> "enum"
            type.isRecord -> "record"
            else -> "class"
        }
        val parents = listOfNotNull(type.annotatedSuperclass.takeUnless { type.superclass == Any::class.java })
        return modifiers(type.modifiers) + "$kind ${name(type)}" + typeParameters(type) +
            list(" extends ", parents) + list(" implements ", type.annotatedInterfaces.sortedBy(::text))
    }

    private fun line(member: Member): String = modifiers(member.modifiers) + when (member) {
        is Field -> text(member.annotatedType) + " ${qualified(member)}"
        is Method -> generic(member) + text(member.annotatedReturnType) + " ${qualified(member)}" + parameters(member)
        is Executable -> generic(member) + member.name + parameters(member)
        else -> error(member)
    }

    private fun qualified(member: Member) = "${name(member.declaringClass)}.${member.name}"

    private fun generic(declaration: GenericDeclaration) = typeParameters(declaration).spaced()

    private fun parameters(executable: Executable) =
        executable.annotatedParameterTypes.joinToString(", ", "(", ")", transform = ::text) +
            list(" throws ", executable.annotatedExceptionTypes.sortedBy(::text))

    private fun typeParameters(declaration: GenericDeclaration): String {
        if (declaration.typeParameters.isEmpty()) return ""
        return declaration.typeParameters.joinToString(", ", "<", ">") { it.name + upper(it.annotatedBounds) }
    }

    private fun text(type: AnnotatedType): String = when (type) {
        // As in Java, "@Nullable String[]" has elements that may be null, and "String @Nullable []" may be null itself.
        is AnnotatedArrayType -> {
            text(type.annotatedGenericComponentType) + nullable(type, " @Nullable ") + "[]"
        }

        is AnnotatedWildcardType -> {
            "?" +
                list(" super ", type.annotatedLowerBounds.asList()).ifEmpty { upper(type.annotatedUpperBounds) }
        }

        is AnnotatedParameterizedType -> {
            nullable(type) + raw(type) + arguments(type)
        }

        else -> {
            nullable(type) + ((type.type as? Class<*>)?.let(::name) ?: type.type.typeName)
        }
    }

    private fun nullable(type: AnnotatedType, text: String = "@Nullable ") =
        if (type.isAnnotationPresent(Nullable::class.java)) text else ""

    private fun raw(type: AnnotatedParameterizedType) = name((type.type as ParameterizedType).rawType as Class<*>)

    private fun arguments(type: AnnotatedParameterizedType) =
        type.annotatedActualTypeArguments.joinToString(", ", "<", ">", transform = ::text)

    private fun upper(bounds: Array<AnnotatedType>) = list(" extends ", bounds.filter { text(it) != "Object" }, " & ")

    private fun list(keyword: String, types: List<AnnotatedType>, separator: String = ", ") =
        if (types.isEmpty()) "" else types.joinToString(separator, keyword, transform = ::text)

    private fun name(type: Class<*>): String =
        if (type.packageName == "java.lang") type.canonicalName.removePrefix("java.lang.") else type.canonicalName

    private fun modifiers(modifiers: Int): String {
        val shown = Modifier.PUBLIC or Modifier.PROTECTED or Modifier.ABSTRACT or Modifier.STATIC or Modifier.FINAL
        return Modifier.toString(modifiers and shown).spaced()
    }

    private fun String.spaced() = if (isEmpty()) this else "$this "
}
