// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.samples.precision

import java.math.BigDecimal
import java.math.MathContext
import java.math.RoundingMode

/** Expected results from other algorithms: the JDK's square root, and the Gauss-Legendre algorithm for pi. */
object Oracle {
    fun sqrt(of: String, digits: Int): String = BigDecimal(of).sqrt(rounding(digits)).shown()

    fun divide(of: String, by: String, digits: Int): String =
        BigDecimal(of).divide(BigDecimal(by), rounding(digits)).shown()

    fun pi(digits: Int): String = longPi.round(rounding(digits)).shown()

    private val longPi: BigDecimal by lazy {
        val two = BigDecimal(2)
        val mc = rounding(Precision.MAX_DIGITS + 50)
        var a = BigDecimal.ONE
        var b = BigDecimal.ONE.divide(two.sqrt(mc), mc)
        var t = BigDecimal("0.25")
        var p = BigDecimal.ONE
        repeat(11) {
            val mean = (a + b).divide(two, mc)
            b = (a * b).sqrt(mc)
            t = t.subtract(p * (a - mean).pow(2, mc), mc)
            a = mean
            p *= two
        }
        (a + b).pow(2, mc).divide(t * BigDecimal(4), mc)
    }

    private fun rounding(digits: Int) = MathContext(digits, RoundingMode.HALF_EVEN)

    private fun BigDecimal.shown() = stripTrailingZeros().toString()
}
