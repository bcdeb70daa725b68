# SPDX-License-Identifier: Apache-2.0
"""Measures CPython's own contextvars, and writes the results in the shape of JMH's: cpython.py FILE [SECONDS]."""

import contextvars
import json
import statistics
import sys
import time
import timeit

ITERATIONS = 14  # as many as the JVM's contenders have


def nanoseconds(statement, names, seconds):
    """Returns the CPU time of one execution of a statement, the empty loop's own taken off: the median."""

    def timer(code):
        return timeit.Timer(code, globals=names, timer=time.process_time)

    number = 1000
    while timer(statement).timeit(number) < seconds:
        number *= 2
    empty = min(timer("pass").repeat(ITERATIONS, number))
    times = timer(statement).repeat(ITERATIONS, number)
    return statistics.median([(t - empty) / number * 1e9 for t in times])


def measure(statement, size, seconds):
    """Measures a statement in a context with so many variables, of which "last" is one."""
    variables = [contextvars.ContextVar(f"v{i}") for i in range(size)]
    for variable in variables:
        variable.set(0)
    last = variables[-1]
    names = {
        "get": last.get,
        "set": last.set,
        "reset": last.reset,
        "copy": contextvars.copy_context,
        "run": contextvars.copy_context().run,
        "noop": lambda: None,
    }
    return nanoseconds(statement, names, seconds)


def row(work, statement, size, seconds):
    # Each in a context of its own, which has no variable of another.
    cpu = contextvars.Context().run(measure, statement, size, seconds)
    metric = {"score": cpu, "scoreUnit": "ns/op"}
    return {
        "benchmark": f"dev.contextvars.benchmarks.{work}.cpython",
        "params": {"n": str(size)},
        "primaryMetric": metric,
        "secondaryMetrics": {"cpu": metric},
    }


def main(file, seconds="0.1"):
    seconds = float(seconds)
    rows = [row("read.ReadRepeated", "get()", size, seconds) for size in (1, 10, 100)]
    rows += [row("write.SetWithToken", "set(1)", size, seconds) for size in (1, 10, 100)]
    rows += [row("write.SetReset", "reset(set(1))", size, seconds) for size in (1, 4, 10, 30)]
    rows.append(row("write.Copy", "copy()", 10, seconds))
    rows.append(row("run.RunNoop", "run(noop)", 10, seconds))
    with open(file, "w", encoding="utf-8") as to:
        json.dump(rows, to)
    for each in rows:
        print(f"{each['benchmark']} {each['params']}: {each['primaryMetric']['score']:.1f} ns")


main(*sys.argv[1:])
