# SPDX-License-Identifier: Apache-2.0
"""Measures CPython's contextvars and writes the results in the shape of JMH's: cpython.py FILE [SECONDS]."""

import contextvars
import json
import statistics
import sys
import time
import timeit

ITERATIONS = 14
WORKS = [
    ("read.Read.readRepeated", "get()", (1, 10, 100)),
    ("write.Write.setWithToken", "set(1)", (1, 10, 100)),
    ("write.Write.setReset", "reset(set(1))", (1, 4, 10, 30)),
    ("run.Run.copy", "copy()", (10,)),
    ("run.Run.runNoop", "run(noop)", (10,)),
]


def nanoseconds(statement, size, seconds):
    """Returns the CPU time of a statement on the last of so many variables, without the time of the loop."""
    variables = [contextvars.ContextVar(f"v{i}") for i in range(size)]
    for variable in variables:
        variable.set(0)
    last = variables[-1]
    run = contextvars.copy_context().run
    names = {"get": last.get, "set": last.set, "reset": last.reset, "copy": contextvars.copy_context}
    names.update(run=run, noop=lambda: None)

    def timer(code):
        return timeit.Timer(code, globals=names, timer=time.process_time)

    number = 1000
    while timer(statement).timeit(number) < seconds:
        number *= 2
    empty = min(timer("pass").repeat(ITERATIONS, number))
    return statistics.median((t - empty) / number * 1e9 for t in timer(statement).repeat(ITERATIONS, number))


def main(file, seconds="0.1"):
    rows = []
    for work, statement, sizes in WORKS:
        for size in sizes:
            cpu = contextvars.Context().run(nanoseconds, statement, size, float(seconds))
            print(f"{work}, n = {size}: {cpu:.1f} ns")
            metric = {"score": cpu, "scoreUnit": "ns/op"}
            params = {"impl": "cpython", "n": str(size)}
            name = f"dev.contextvars.benchmarks.{work}"
            rows.append({"benchmark": name, "params": params, "primaryMetric": metric, "secondaryMetrics": {"cpu": metric}})
    with open(file, "w", encoding="utf-8") as to:
        json.dump(rows, to)


main(*sys.argv[1:])
