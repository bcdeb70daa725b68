// SPDX-License-Identifier: Apache-2.0
// What the tables call groups and implementations, in their order, and the rows of the summary.

export const groups = {
  read: 'Read', write: 'Write', run: 'Run and hop', tasks: 'Tasks of executors', coroutines: 'Coroutines', entry: 'Blocks of coroutines',
  logging: 'Logging', million: 'A million coroutines', ktor: 'A Ktor service under load', hamt: 'Persistent maps', memory: 'Memory',
  virtual: 'Virtual threads', baggage: 'Baggage', scale: 'One thread and two at once',
};

export const impls = {
  contextvars: 'contextvars', contextvarsLeased: 'contextvars, shared context', noWatcher: 'contextvars, no watcher',
  contextvars1000: 'contextvars, 1,000 variables', contextvarsSet: 'contextvars, each sets one',
  contextvarsElement: 'contextvars, withContext(element)', contextvarsCopy: 'contextvars, withContext(element), copy',
  contextvarsUnset: 'contextvars, none bound', contextvarsAndMdc: 'contextvars and MDC', contextvarsLogged: 'contextvars, shown in logs',
  watcherRemoved: 'contextvars, watcher removed', oneWatcher: 'contextvars, one watcher', none: 'nothing',
  holder: 'field of a thread-local holder', compareAndSet: 'one compare-and-set', threadLocal: 'ThreadLocal',
  threadLocal1: '1 ThreadLocal element', threadLocal2: '2 ThreadLocal elements', threadLocal10: '10 ThreadLocal elements',
  copyable1: '1 copyable element', inheritable: 'InheritableThreadLocal', fastThreadLocal: 'Netty FastThreadLocal',
  scopedValue: 'ScopedValue', grpc: 'gRPC Context', openTelemetry: 'OpenTelemetry Context', micrometer: 'Micrometer',
  transmittable: 'TransmittableThreadLocal', mdc: 'MDC (MDCContext)', cpython: 'CPython', kotlinx: 'kotlinx.collections',
  scala: 'Scala', clojure: 'Clojure', vavr: 'Vavr', bifurcan: 'Bifurcan', javaUtil: 'java.util.HashMap',
};

export const isOurs = (impl) => impls[impl]?.startsWith('contextvars');

export const summaryColumns = {
  contextvars: ['contextvars'], without: ['none'], ThreadLocal: ['threadLocal', 'threadLocal1'], gRPC: ['grpc'],
  OpenTelemetry: ['openTelemetry'], Micrometer: ['micrometer'], MDC: ['mdc'],
};
export const summaryRows = [
  ['Read one of 10 variables', 'ReadRepeated', 10], ['Read one of 100 variables', 'ReadRepeated', 100],
  ['Set and reset one of 10', 'SetReset', 10], ['Copy or capture 10', 'Copy', 10],
  ['Run a task with 10 captured values', 'RunNoop', 10], ['Capture, install, restore 10', 'Hop', 10],
  ['Enter and leave a block of a coroutine', 'Enter', 0], ['Log an event with 3 values (Logback)', 'Event, logback', 0],
  ['Suspend and resume a coroutine', 'Yield', 0], ['Launch a child and join it', 'Launch', 0],
  ['Memory of a suspended coroutine', 'Million', 1_000_000], ['CPU time of a Ktor request', 'KtorLoad, cpuPerRequest', 0],
];
