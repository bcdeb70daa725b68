// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.samples.precision

import dev.contextvars.Context
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldStartWith
import java.math.BigDecimal
import java.util.concurrent.Executor
import kotlin.random.Random

class DecimalsSpec : FunSpec({
    fun <R> atPrecision(digits: Int, body: () -> R): R = Context().run {
        Precision.set(digits)
        body().also { Precision.digits() shouldBe digits }
    }

    fun text(number: BigDecimal) = number.stripTrailingZeros().toString()

    test("arithmetic uses 28 digits by default") {
        text(Decimals.divide(BigDecimal.ONE, BigDecimal(7))) shouldBe "0.1428571428571428571428571429"
    }

    test("sqrt is correct to the last digit at every precision") {
        val seed = Random.nextInt()
        val random = Random(seed)
        for (digits in 1..Precision.MAX_DIGITS step 3) {
            val square = "${random.nextInt(0, 1_000_000)}.${random.nextInt(0, 1_000)}e${random.nextInt(-50, 50)}"
            withClue("seed $seed: the root of $square to $digits digits") {
                atPrecision(digits) { text(Decimals.sqrt(BigDecimal(square))) } shouldBe Oracle.sqrt(square, digits)
            }
        }
    }

    test("sqrt of a perfect square is exact") {
        atPrecision(50) { text(Decimals.sqrt(BigDecimal("152.2756"))) } shouldBe "12.34"
        atPrecision(50) { text(Decimals.sqrt(BigDecimal.ZERO)) } shouldBe "0"
    }

    test("sqrt of a negative number throws ArithmeticException") {
        shouldThrow<ArithmeticException> { Decimals.sqrt(BigDecimal(-1)) }
    }

    test("pi is correct to the last digit at every precision") {
        Oracle.pi(50) shouldStartWith "3.1415926535897932384626433832795028841971693993751"
        val pi = Pi(Executor { it.run() })
        for (digits in (1..60) + (61..Precision.MAX_DIGITS step 47)) {
            withClue("$digits digits") { atPrecision(digits) { text(pi.compute()) } shouldBe Oracle.pi(digits) }
        }
    }
})
