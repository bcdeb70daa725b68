// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.benchmarks.hamt

import clojure.lang.PersistentHashMap
import dev.contextvars.hamt.Hamt
import kotlinx.collections.immutable.PersistentMap
import kotlinx.collections.immutable.toPersistentHashMap
import org.openjdk.jmh.infra.Blackhole
import scala.collection.immutable.`HashMap$`
import scala.jdk.javaapi.CollectionConverters.asScala
import io.lacuna.bifurcan.Map as BifurcanMap
import io.vavr.collection.HashMap as VavrMap
import scala.collection.immutable.HashMap as ScalaMap

/** This library. */
internal class ContextvarsMapLibrary(n: Int, sink: Blackhole) : MapLibrary<Hamt<Key, Any?>>(n, sink) {
    override val maps = Array(mask + 1) { filled(it) }
    override fun copyOf(source: Map<Key, Any>): Hamt<Key, Any?> = Hamt.copyOf(source)
    override fun put(map: Hamt<Key, Any?>, key: Key, value: Any): Hamt<Key, Any?> = map.assoc(key, value)
    override fun remove(map: Hamt<Key, Any?>, key: Key): Hamt<Key, Any?> = map.without(key)
    override fun get(): Any? = next().let { maps[it and mask].find(present[it], null) }
    override fun iterate(map: Hamt<Key, Any?>) = consume(map.iterator(), { it.key }, { it.value })
    override fun forEach(map: Hamt<Key, Any?>, visitor: Visitor) = map.forEach(visitor)
}

/** kotlinx.collections.immutable. */
internal class KotlinxMapLibrary(n: Int, sink: Blackhole) : MapLibrary<PersistentMap<Key, Any>>(n, sink) {
    override val maps = Array(mask + 1) { filled(it) }
    override fun copyOf(source: Map<Key, Any>): PersistentMap<Key, Any> = source.toPersistentHashMap()
    override fun put(map: PersistentMap<Key, Any>, key: Key, value: Any): PersistentMap<Key, Any> = map.put(key, value)
    override fun remove(map: PersistentMap<Key, Any>, key: Key): PersistentMap<Key, Any> = map.remove(key)
    override fun get(): Any? = next().let { maps[it and mask][present[it]] }
    override fun iterate(map: PersistentMap<Key, Any>) = consume(map.entries.iterator(), { it.key }, { it.value })
    override fun forEach(map: PersistentMap<Key, Any>, visitor: Visitor) = map.forEach(visitor)
}

/** Scala. */
internal class ScalaMapLibrary(n: Int, sink: Blackhole) : MapLibrary<ScalaMap<Key, Any>>(n, sink) {
    override val maps = Array(mask + 1) { filled(it) }
    override fun copyOf(source: Map<Key, Any>): ScalaMap<Key, Any> = `HashMap$`.`MODULE$`.from(asScala(source))
    override fun put(map: ScalaMap<Key, Any>, key: Key, value: Any): ScalaMap<Key, Any> = map.updated(key, value)
    override fun remove(map: ScalaMap<Key, Any>, key: Key): ScalaMap<Key, Any> = map.removed(key)
    override fun get(): Any? = next().let { maps[it and mask].apply(present[it]) }
    override fun iterate(map: ScalaMap<Key, Any>): Int {
        var count = 0
        val entries = map.iterator()
        while (entries.hasNext()) {
            val entry = entries.next()
            sink.consume(entry._1())
            sink.consume(entry._2())
            count++
        }
        return count
    }

    override fun forEach(map: ScalaMap<Key, Any>, visitor: Visitor) {
        map.foreachEntry(visitor)
    }
}

/** Clojure. */
internal class ClojureMapLibrary(n: Int, sink: Blackhole) : MapLibrary<PersistentHashMap>(n, sink) {
    override val maps = Array(mask + 1) { filled(it) }
    override fun copyOf(source: Map<Key, Any>): PersistentHashMap =
        PersistentHashMap.create(source) as PersistentHashMap
    override fun put(map: PersistentHashMap, key: Key, value: Any): PersistentHashMap =
        map.assoc(key, value) as PersistentHashMap
    override fun remove(map: PersistentHashMap, key: Key): PersistentHashMap = map.without(key) as PersistentHashMap
    override fun get(): Any? = next().let { maps[it and mask].valAt(present[it]) }
    override fun iterate(map: PersistentHashMap) =
        consume(map.iterator(), { (it as Map.Entry<*, *>).key }, { (it as Map.Entry<*, *>).value })
    override fun forEach(map: PersistentHashMap, visitor: Visitor) {
        map.kvreduce(visitor.clojure, null)
    }
}

/** Vavr. */
internal class VavrMapLibrary(n: Int, sink: Blackhole) : MapLibrary<VavrMap<Key, Any>>(n, sink) {
    override val maps = Array(mask + 1) { filled(it) }
    override fun copyOf(source: Map<Key, Any>): VavrMap<Key, Any> = VavrMap.ofAll(source)
    override fun put(map: VavrMap<Key, Any>, key: Key, value: Any): VavrMap<Key, Any> = map.put(key, value)
    override fun remove(map: VavrMap<Key, Any>, key: Key): VavrMap<Key, Any> = map.remove(key)
    override fun get(): Any? = next().let { maps[it and mask].getOrElse(present[it], null) }
    override fun iterate(map: VavrMap<Key, Any>) = consume(map.iterator(), { it._1() }, { it._2() })
    override fun forEach(map: VavrMap<Key, Any>, visitor: Visitor) = map.forEach(visitor)
}

/** Bifurcan. */
internal class BifurcanMapLibrary(n: Int, sink: Blackhole) : MapLibrary<BifurcanMap<Key, Any>>(n, sink) {
    override val maps = Array(mask + 1) { filled(it) }
    override fun copyOf(source: Map<Key, Any>): BifurcanMap<Key, Any> = BifurcanMap.from(source)
    override fun put(map: BifurcanMap<Key, Any>, key: Key, value: Any): BifurcanMap<Key, Any> =
        map.put(key, value) as BifurcanMap<Key, Any>
    override fun remove(map: BifurcanMap<Key, Any>, key: Key): BifurcanMap<Key, Any> =
        map.remove(key) as BifurcanMap<Key, Any>
    override fun get(): Any? = next().let { maps[it and mask].get(present[it], null) }
    override fun iterate(map: BifurcanMap<Key, Any>) = consume(map.iterator(), { it.key() }, { it.value() })
    override fun forEach(map: BifurcanMap<Key, Any>, visitor: Visitor) {
        for (entry in map) visitor.accept(entry.key(), entry.value()) // it has none
    }
}

/** The JDK's mutable map, for `get` and `iterate`: what reading costs where nothing has to be shared. */
internal class JavaUtilMapLibrary(n: Int, sink: Blackhole) : MapLibrary<HashMap<Key, Any>>(n, sink) {
    override val maps = Array(mask + 1) { filled(it) }
    override fun copyOf(source: Map<Key, Any>): HashMap<Key, Any> = HashMap(source)
    override fun put(map: HashMap<Key, Any>, key: Key, value: Any): HashMap<Key, Any> = map.apply { put(key, value) }
    override fun remove(map: HashMap<Key, Any>, key: Key): HashMap<Key, Any> = map.apply { remove(key) }
    override fun get(): Any? = next().let { maps[it and mask][present[it]] }
    override fun iterate(map: HashMap<Key, Any>) = consume(map.entries.iterator(), { it.key }, { it.value })
    override fun forEach(map: HashMap<Key, Any>, visitor: Visitor) = map.forEach(visitor)
}
