# SPDX-License-Identifier: Apache-2.0
"""The Python examples of docs/coming-from-python.md: each function is one.

`python3.13 asyncio_examples.py` runs each of them, and fails where one does not print what its comments say.
"""

import asyncio
import contextlib
import contextvars
import inspect as introspection
import io
import re
import sys

counter = contextvars.ContextVar("counter", default=0)
number = contextvars.ContextVar("number")

# snippet: functions
user = contextvars.ContextVar("user", default="nobody")

async def rename(name):
    await asyncio.sleep(0)
    user.set(name)

async def show():
    await asyncio.sleep(0)
    print(user.get())
# end: functions


async def task():
    # snippet: task
    user.set("alice")
    await asyncio.create_task(rename("bob"))
    print(user.get())  # prints alice
    # end: task


async def itself():
    # snippet: itself
    ctx = contextvars.Context()
    await asyncio.create_task(rename("bob"), context=ctx)
    print(ctx[user])  # prints bob
    # end: itself


async def call():
    # snippet: call
    user.set("alice")
    await rename("bob")
    print(user.get())  # prints bob
    # end: call


async def timeout():
    # snippet: timeout
    async with asyncio.timeout(60):
        await rename("bob")
    print(user.get())  # prints bob
    # end: timeout


async def thread():
    # snippet: thread
    user.set("alice")
    await asyncio.to_thread(user.set, "bob")
    print(user.get())  # prints alice
    # end: thread


async def executor():
    # snippet: executor
    user.set("alice")
    loop = asyncio.get_running_loop()
    print(await loop.run_in_executor(None, user.get))  # prints nobody
    # end: executor


async def callback():
    # snippet: callback
    user.set("alice")
    task = asyncio.create_task(rename("bob"))
    task.add_done_callback(lambda _: print(user.get()))  # prints alice
    user.set("carol")
    await task
    # end: callback


def root():
    # snippet: root
    user.set("alice")
    asyncio.run(show())  # prints alice
    asyncio.run(rename("bob"))
    print(user.get())  # prints alice
    # end: root


def runner():
    # snippet: runner
    with asyncio.Runner() as runner:
        runner.run(rename("bob"))
        runner.run(show())  # prints bob
    # end: runner


async def other():
    # snippet: other
    ctx = contextvars.Context()
    ctx.run(user.set, "bob")
    await ctx.run(asyncio.create_task, show())  # prints bob
    # end: other


async def eager():
    # snippet: eager
    async def change():
        user.set("bob")
        print("at once:", user.get())  # prints at once: bob

    user.set("alice")
    asyncio.Task(change(), loop=asyncio.get_running_loop(), eager_start=True)
    print(user.get())  # prints alice
    # end: eager


async def shield():
    # snippet: shield
    user.set("alice")
    await asyncio.shield(rename("bob"))
    print(user.get())  # prints alice
    # end: shield


async def soon():
    # snippet: soon
    ctx = contextvars.Context()
    ctx.run(user.set, "bob")
    loop = asyncio.get_running_loop()
    loop.call_soon(lambda: print(user.get()), context=ctx)  # prints bob
    await asyncio.sleep(0)
    # end: soon


async def later():
    # snippet: later
    user.set("alice")
    loop = asyncio.get_running_loop()
    done = loop.create_future()
    loop.call_later(0.01, lambda: done.set_result(user.get()))
    user.set("bob")
    print(await done)  # prints alice
    # end: later


async def threadsafe():
    # snippet: threadsafe
    async def name():
        return user.get()

    def on_thread(loop):
        user.set("alice")
        return asyncio.run_coroutine_threadsafe(name(), loop).result()

    print(await asyncio.to_thread(on_thread, asyncio.get_running_loop()))  # prints alice
    # end: threadsafe


async def inspect():
    # snippet: inspect
    task = asyncio.create_task(rename("bob"))
    await task
    print(task.get_context()[user])  # prints bob
    # end: inspect


async def pair():
    # snippet: pair
    async def count():
        for _ in range(1000):
            counter.set(counter.get() + 1)
            await asyncio.sleep(0)

    ctx = contextvars.Context()
    tasks = [asyncio.create_task(count(), context=ctx) for _ in range(2)]
    await asyncio.gather(*tasks)
    print(ctx[counter])  # prints 2000
    # end: pair


def equality():
    # snippet: equality
    a, b, c = (contextvars.Context() for _ in range(3))
    a.run(number.set, 1)
    b.run(number.set, 1)
    c.run(number.set, 1.0)
    print(a == b)  # prints True
    print(a == c)  # prints True
    # end: equality


def run(example):
    result = example()
    if introspection.isawaitable(result):
        asyncio.run(result)


def main():
    source = open(__file__, encoding="utf-8").read()
    snippets = re.findall(r"# snippet: (\w+)\n(.*?)# end: \1\n", source, re.DOTALL)
    failures = 0
    for name, text in snippets:
        if name == "functions":
            continue
        expected = re.findall(r"# prints (.*)", text)
        output = io.StringIO()
        with contextlib.redirect_stdout(output):
            contextvars.Context().run(run, globals()[name])
        printed = output.getvalue().splitlines()
        if printed != expected or not expected:
            failures += 1
            print(f"{name}: printed {printed} instead of {expected}", file=sys.stderr)
    print(f"{sys.version.split()[0]}: {len(snippets) - 1} examples, {failures} failures")
    sys.exit(failures > 0)


if __name__ == "__main__":
    main()
