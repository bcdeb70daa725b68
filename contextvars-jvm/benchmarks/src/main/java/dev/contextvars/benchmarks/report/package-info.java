// SPDX-License-Identifier: Apache-2.0
/**
 * Makes {@code docs/performance.md} out of what the benchmarks measured.
 *
 * <p>{@link dev.contextvars.benchmarks.report.Collect} shrinks the JSON that JMH wrote into {@code
 * docs/performance/<group>-jdk<version>.json}; {@link dev.contextvars.benchmarks.report.Report}
 * reads all of these files and writes charts, tables and the table of targets. Between the two
 * nothing is kept but the files, so that any part may be measured again alone.
 */
package dev.contextvars.benchmarks.report;
