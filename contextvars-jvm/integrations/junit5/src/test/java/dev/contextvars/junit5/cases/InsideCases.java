// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.junit5.cases;

import static dev.contextvars.junit5.cases.Variables.VALUE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import dev.contextvars.Context;
import dev.contextvars.ContextSwap;
import dev.contextvars.junit5.ContextVarsExtension;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;

/** A test that runs inside another one, as on a thread of a ForkJoinPool that waits. */
@ExtendWith(ContextVarsExtension.class)
class InsideCases {
  @Test
  void runsOtherTests(Context context) {
    VALUE.set("of the outer test");
    SummaryGeneratingListener summary = new SummaryGeneratingListener();
    LauncherFactory.create()
        .execute(
            LauncherDiscoveryRequestBuilder.request()
                .selectors(selectClass(RegisteredTwiceCases.class))
                .build(),
            summary);
    assertEquals(2, summary.getSummary().getTestsSucceededCount());
    assertSame(context, ContextSwap.current());
    assertEquals("of the outer test", VALUE.get());
  }
}
