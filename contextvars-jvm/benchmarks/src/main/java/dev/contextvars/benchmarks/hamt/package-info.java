// SPDX-License-Identifier: Apache-2.0
/** What the map under our contexts costs, beside the persistent maps that others have published. */
package dev.contextvars.benchmarks.hamt;
