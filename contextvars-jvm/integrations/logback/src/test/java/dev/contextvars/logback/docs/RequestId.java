// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.logback.docs;

import dev.contextvars.Context;
import dev.contextvars.ContextVar;
import dev.contextvars.concurrent.ContextExecutors;
import dev.contextvars.logging.LogFields;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

// snippet: java
public class RequestId {
  static final ContextVar<String> REQUEST_ID = new ContextVar<>("requestId");
  static final Logger LOG = LoggerFactory.getLogger("orders");

  public static void main(String[] arguments) {
    LogFields.add(REQUEST_ID); // once, when the application starts
    ExecutorService workers = ContextExecutors.wrap(Executors.newFixedThreadPool(2));
    new Context().with(REQUEST_ID, "r-1").execute(() -> handle(workers));
    workers.shutdown();
  }

  static void handle(ExecutorService workers) {
    LOG.info("received"); // prints [r-1] received
    workers.submit(() -> LOG.info("priced")); // prints [r-1] priced
  }
}
// end: java
