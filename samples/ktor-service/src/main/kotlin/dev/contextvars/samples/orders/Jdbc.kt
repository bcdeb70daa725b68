// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.samples.orders

import java.sql.Connection
import java.sql.PreparedStatement
import java.sql.ResultSet
import java.sql.Statement

/** Runs a query and returns the results of applying [row] to each row. */
fun <T> Connection.query(sql: String, vararg values: Any?, row: (ResultSet) -> T): List<T> =
    prepareStatement(sql).use { statement ->
        statement.bind(values)
        statement.executeQuery().use { rows -> buildList { while (rows.next()) add(row(rows)) } }
    }

/** Executes an update. */
fun Connection.execute(sql: String, vararg values: Any?) {
    prepareStatement(sql).use { statement ->
        statement.bind(values)
        statement.executeUpdate()
    }
}

/** Inserts a row and returns the key that the database generated. */
fun Connection.insert(sql: String, vararg values: Any?): Long =
    prepareStatement(sql, Statement.RETURN_GENERATED_KEYS).use { statement ->
        statement.bind(values)
        statement.executeUpdate()
        statement.generatedKeys.use { keys ->
            keys.next()
            keys.getLong(1)
        }
    }

private fun PreparedStatement.bind(values: Array<out Any?>) =
    values.forEachIndexed { index, value -> setObject(index + 1, value) }
