// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.samples.spring;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/** Starts the service on 127.0.0.1, on the port in the environment variable PORT, or 8082. */
@SpringBootApplication
public class OrdersApplication {
  public static void main(String[] arguments) {
    SpringApplication.run(OrdersApplication.class, arguments);
  }
}
