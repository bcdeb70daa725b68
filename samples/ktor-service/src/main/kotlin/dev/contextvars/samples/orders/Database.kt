// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.samples.orders

import com.zaxxer.hikari.HikariConfig
import com.zaxxer.hikari.HikariDataSource

/**
 * Opens an in-memory database with the tables of `schema.sql` and the given tenants.
 *
 * The database exists until the process ends. By default, H2 would drop it with the last connection, or in a shutdown
 * hook while the server still completes requests.
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
