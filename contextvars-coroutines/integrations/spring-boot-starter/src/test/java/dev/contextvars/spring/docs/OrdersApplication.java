// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.spring.docs;

import dev.contextvars.ContextVar;
import dev.contextvars.spring.RequestInitializer;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

// snippet: java
@SpringBootApplication
@RestController
public class OrdersApplication {
  static final ContextVar<String> TENANT = new ContextVar<>("tenant", "nobody");
  static final Pattern TENANT_PATTERN = Pattern.compile("[a-z]{1,20}");

  @Bean
  RequestInitializer<HttpServletRequest> tenant() {
    return request ->
        Optional.ofNullable(request.getHeader("X-Tenant"))
            .filter(TENANT_PATTERN.asMatchPredicate()) // headers are not trusted
            .ifPresent(TENANT::set);
  }

  @GetMapping("/orders")
  Callable<String> orders() {
    return () -> "orders of " + TENANT.get(); // on another thread
  }

  public static void main(String[] arguments) {
    SpringApplication.run(OrdersApplication.class, arguments);
  }
}
// end: java
