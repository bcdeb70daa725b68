// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.samples.spring;

import static dev.contextvars.samples.spring.Ambient.TENANT;

import dev.contextvars.UnboundVariableException;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * Lists the orders of the request's tenant with two queries at the same time, and places an order.
 */
@RestController
@RequestMapping("/orders")
class OrderController {
  private final OrderRepository orders;

  OrderController(OrderRepository orders) {
    this.orders = orders;
  }

  // snippet: pipeline
  @GetMapping
  Mono<OrderPage> list() {
    var items = Mono.fromCallable(orders::items).subscribeOn(Schedulers.boundedElastic());
    var latest = Mono.fromCallable(orders::latest).subscribeOn(Schedulers.boundedElastic());
    return Mono.zip(items, latest, (sum, page) -> new OrderPage(TENANT.get(), sum, page));
  }

  // end: pipeline

  @PostMapping
  @ResponseStatus(HttpStatus.CREATED)
  Order place(@RequestBody OrderDraft draft) {
    return orders.place(draft);
  }

  @ExceptionHandler
  ProblemDetail noTenant(UnboundVariableException failure) {
    return ProblemDetail.forStatusAndDetail(
        HttpStatus.BAD_REQUEST, "the header X-Tenant is missing or not well-formed");
  }
}
