// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.benchmarks.hamt

import clojure.lang.AFn
import dev.contextvars.benchmarks.peers.implementation
import org.openjdk.jmh.infra.Blackhole
import java.util.Random
import java.util.function.BiConsumer
import scala.Function2 as ScalaFunction

/** A key with the given hash that equals only itself, as a context variable does. */
class Key(private val hash: Int) {
    override fun hashCode(): Int = hash
}

/**
 * The maps of one library, of n entries each; keys have random hashes. As with
 * [Peer][dev.contextvars.benchmarks.peers.Peer], a JVM loads only the subclass that it measures.
 *
 * Small maps are measured several at a time, in turn: in which slots a few keys collide is chance, and differs between
 * libraries, as they mix the bits of a hash differently.
 */
abstract class MapLibrary<M : Any>(
    n: Int,
    @JvmField protected val sink: Blackhole,
) {
    private val count = maxOf(1, minOf(MAX_MAPS, Integer.highestOneBit(MAX_ENTRIES / n)))
    private val keys = Random(SEED).let { random -> List(2 * count * n) { Key(random.nextInt()) } }
    private val absent = Array(count * n) { keys[2 * it + 1] }
    private val visitor = Visitor(sink)
    private val other = Any() // a value that no key has
    private var at = count * n - 1

    /** Key i is in map i and [mask], with the value i. */
    @JvmField
    protected val present: Array<Key> = Array(count * n) { keys[2 * it] }

    @JvmField
    protected val mask: Int = count - 1

    private val source = present.indices.filter { it and mask == 0 }.associate { present[it] to it as Any }
    private val twins by lazy {
        List(TWINS) { it % present.size }.map { put(put(maps[it and mask], present[it], other), present[it], it) }
    }

    protected abstract val maps: Array<M>
    abstract fun copyOf(source: Map<Key, Any>): M
    abstract fun put(map: M, key: Key, value: Any): M
    abstract fun remove(map: M, key: Key): M

    /** Passes the entries of the map's iterator to [consume]. */
    abstract fun iterate(map: M): Int

    /** Makes the map call [visitor] with each entry. */
    abstract fun forEach(map: M, visitor: Visitor)

    /** Looks up the next key. It reads an array of the library's own type: a cast would be 10 % of the time. */
    abstract fun get(): Any?

    fun replace(): M = next().let { put(maps[it and mask], present[it], other) }
    fun insert(): M = next().let { put(maps[it and mask], absent[it], other) }
    fun remove(): M = next().let { remove(maps[it and mask], present[it]) }
    fun bulkBuild(): M = copyOf(source)
    fun iterate(): Int = iterate(maps[next() and mask])
    fun forEach(): Int {
        visitor.count = 0
        forEach(maps[next() and mask], visitor)
        return visitor.count
    }

    /** Compares a map with its twin, which was changed on one path and back. */
    fun equalsSharing(): Boolean = (next() % TWINS).let { maps[it % present.size and mask] == twins[it] }

    /** Creates the map of the given number. */
    protected fun filled(number: Int): M =
        present.indices.filter { it and mask == number }.fold(copyOf(emptyMap())) { map, i -> put(map, present[i], i) }

    /** Returns the index of each key in turn. */
    protected fun next(): Int {
        val next = if (at + 1 == present.size) 0 else at + 1
        at = next
        return next
    }

    /** Passes entries to the sink, and returns their number. */
    protected inline fun <T> consume(entries: Iterator<T>, key: (T) -> Any?, value: (T) -> Any?): Int {
        var count = 0
        while (entries.hasNext()) {
            val entry = entries.next()
            sink.consume(key(entry))
            sink.consume(value(entry))
            count++
        }
        return count
    }

    /** Passes entries to the sink and counts them, as a function of each library's own type. */
    class Visitor(private val sink: Blackhole) :
        BiConsumer<Key, Any?>,
        ScalaFunction<Key, Any?, Any?> {
        var count: Int = 0
        val clojure: AFn = object : AFn() {
            override fun invoke(result: Any?, key: Any, value: Any?): Any? = apply(key as Key, value)
        }

        override fun accept(key: Key, value: Any?) {
            sink.consume(key)
            sink.consume(value)
            count++
        }

        override fun apply(key: Key, value: Any?): Any? {
            accept(key, value)
            return null
        }
    }

    companion object {
        private const val SEED = 567L
        private const val MAX_MAPS = 8
        private const val MAX_ENTRIES = 128 // of several maps together
        private const val TWINS = 16

        /** Creates the library called [impl], such as `vavr` for [VavrMapLibrary]. */
        @JvmStatic
        fun create(impl: String, n: Int, sink: Blackhole): MapLibrary<*> =
            implementation(MapLibrary::class.java, impl, n, sink)
    }
}
