// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.samples.orders

import com.zaxxer.hikari.HikariConfig
import com.zaxxer.hikari.HikariDataSource

/**
 * Opens an in-memory database with the tables of `schema.sql` and the tenants given.
 *
 * It lives until the process ends: H2 would otherwise drop it with the last connection, or, in a shutdown hook of its
 * own, under the requests that the server is still finishing.
 */
fun openDatabase(name: String, tenants: Collection<String>): HikariDataSource {
    val config = HikariConfig().apply {
        jdbcUrl = "jdbc:h2:mem:$name;DB_CLOSE_DELAY=-1;DB_CLOSE_ON_EXIT=FALSE"
        poolName = name
        maximumPoolSize = 10
        isAutoCommit = false
    }
    return HikariDataSource(config).also { pool ->
        pool.connection.use { connection ->
            connection.createStatement().use { it.execute(schema) }
            tenants.forEach { connection.execute("INSERT INTO tenant (id) VALUES (?)", it) }
            connection.commit()
        }
    }
}

private val schema = checkNotNull(Transactions::class.java.getResource("/schema.sql")).readText()
