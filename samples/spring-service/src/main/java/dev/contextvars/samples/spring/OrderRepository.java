// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.samples.spring;

import static dev.contextvars.samples.spring.Ambient.REQUEST_ID;
import static dev.contextvars.samples.spring.Ambient.TENANT;

import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.GeneratedKeyHolder;
import org.springframework.jdbc.support.KeyHolder;
import org.springframework.stereotype.Repository;

/**
 * The orders of the current tenant. The tenant is not a parameter, so a caller cannot pass the
 * wrong one.
 */
@Repository
class OrderRepository {
  private static final Logger LOG = LoggerFactory.getLogger("orders");

  private final JdbcClient database;

  OrderRepository(JdbcClient database) {
    this.database = database;
  }

  /** Returns the latest orders, newest first. */
  List<Order> latest() {
    LOG.info("latest orders");
    return database
        .sql(
            "SELECT id, tenant, customer, items, request_id FROM purchase"
                + " WHERE tenant = ? ORDER BY id DESC LIMIT 20")
        .param(TENANT.get())
        .query(Order.class)
        .list();
  }

  /** Returns the number of items of all orders. */
  long items() {
    LOG.info("number of items");
    return database
        .sql("SELECT COALESCE(SUM(items), 0) FROM purchase WHERE tenant = ?")
        .param(TENANT.get())
        .query(Long.class)
        .single();
  }

  /** Stores an order, and returns it. */
  Order place(OrderDraft draft) {
    KeyHolder key = new GeneratedKeyHolder();
    database
        .sql("INSERT INTO purchase (tenant, customer, items, request_id) VALUES (?, ?, ?, ?)")
        .params(TENANT.get(), draft.customer(), draft.items(), REQUEST_ID.get())
        .update(key, "id");
    long id = key.getKeyAs(Number.class).longValue();
    LOG.info("order {} placed for {}", id, draft.customer());
    return new Order(id, TENANT.get(), draft.customer(), draft.items(), REQUEST_ID.get());
  }
}
