// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.coroutines

import dev.contextvars.Context
import io.kotest.assertions.throwables.shouldNotThrowAny
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import kotlinx.coroutines.CoroutineName
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.asContextElement
import kotlinx.coroutines.async
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.withContext
import kotlin.coroutines.EmptyCoroutineContext

class HasContextElementSpec : FunSpec({
    test("a coroutine context has the element when it is bound, among others or alone") {
        Context().asElement().hasContextElement shouldBe true
        (Dispatchers.IO + Context().asElement() + CoroutineName("n")).hasContextElement shouldBe true
    }

    test("a coroutine context has none when only others are bound") {
        EmptyCoroutineContext.hasContextElement shouldBe false
        (Dispatchers.IO + ThreadLocal<Int>().asContextElement(1)).hasContextElement shouldBe false
    }

    test("children have the element, too") {
        withContext(Context()) {
            coroutineScope { async { currentCoroutineContext().hasContextElement }.await() } shouldBe true
        }
    }

    test("a run of the thread's is no element") {
        Context().execute { EmptyCoroutineContext.hasContextElement shouldBe false }
    }

    test("ensureContextElement asks the same, and says where to bind one") {
        shouldNotThrowAny { withContext(Context()) { ensureContextElement() } }
        shouldThrow<IllegalStateException> { ensureContextElement() }.message shouldContain "Bind one at the root"
    }
})
