// SPDX-License-Identifier: Apache-2.0
// What the library is to reach. A target counts at its worst, over its sizes and the JDKs that were measured.

const ours = 'contextvars';
const contexts = ['grpc', 'openTelemetry'];
const maps = ['kotlinx', 'scala', 'clojure', 'vavr', 'bifurcan'];
const at = (sizes, name, limit, value, options) => ({ sizes, name, limit, value, unit: '×', ...options });
const once = (...target) => at([''], ...target);
const [bytes, atLeast] = [{ unit: 'B' }, { atLeast: true }];

/** Our value as a multiple of the best of these peers; and that of a peer as a multiple of ours. */
const relative = (work, impl, ...peers) => (r, n) =>
  Math.max(...peers.map((peer) => r.value(work, impl, n) / r.value(work, peer, n)).filter(Number.isFinite));
const ratio = (work, ...peers) => relative(work, ours, ...peers);
const times = (work, peer) => (r, n) => r.value(work, peer, n) / r.value(work, ours, n);
const get = (how, sizes, limit = 1) =>
  at(sizes, `get, ${how}: to the better of gRPC and OpenTelemetry`, limit, ratio(`Read${how}`, ...contexts));
const map = (work, sizes, limit = 1) => at(sizes, `map, ${work}: to the best library`, limit, ratio(work, ...maps));
const dispatch = (r, impl) => r.value('Yield', impl) - r.value('Yield', 'none');

const targets = [
  once('dispatch in a copy, beyond none: to one ThreadLocal element', 1, (r) => dispatch(r, ours) / dispatch(r, 'threadLocal1')),
  once('dispatch in a copy: allocated', 0, (r) => r.bytes('Yield', ours), bytes),
  once('dispatch with 1,000 variables: to 10', 1.1, relative('Yield', 'contextvars1000', ours)),
  once('dispatch in a shared context: to one in a copy', 1.25, relative('Yield', 'contextvarsLeased', ours)),
  once('the same, in async', 1.25, relative('Yield, async', 'contextvarsLeased', ours)),
  once('withContext(ctx) that does not suspend: to withContext(element)', 0.3, ratio('Enter', 'contextvarsElement')),
  once('the same, in a coroutine with an element', 0.3, ratio('Enter, callerWithElement', 'contextvarsElement')),
  once('dispatch in withContext(ctx): to one in withContext(element)', 0.5, ratio('YieldInside', 'contextvarsElement')),
  once('launch a child: to one ThreadLocal element', 1.15, ratio('Launch', 'threadLocal1')),
  get('Repeated', [10, 32, 100, 1000]), get('Repeated', [1], 1.5),
  at([10, 32], 'get, Repeated: to n = 1', 1.1, (r, n) => r.value('ReadRepeated', ours, n) / r.value('ReadRepeated', ours, 1)),
  at([1, 10, 32], 'get, Repeated: to the field of a thread-local holder', 2.4, ratio('ReadRepeated', 'holder')),
  get('Rotating', [10, 100]), get('Absent', [10, 100]), get('Polluted', [10, 100]),
  at([10], 'set and reset: to gRPC', 0.65, ratio('SetReset', 'grpc')),
  at([10], 'set and reset: to OpenTelemetry', 1, ratio('SetReset', 'openTelemetry')),
  at([30], 'set and reset: to the better of both', 0.95, ratio('SetReset', ...contexts)),
  at([10], 'reset: allocated beyond the set', 0, (r, n) => r.bytes('SetReset', ours, n) - r.bytes('SetWithToken', ours, n), bytes),
  at([10], 'copy: allocated', 32, (r, n) => r.bytes('Copy', ours, n), bytes),
  at([10], 'run of an empty body: to one compare-and-set', 1.4, ratio('RunNoop', 'compareAndSet')),
  at([10], 'task of an executor: to the better of gRPC and OpenTelemetry', 1, ratio('Task', ...contexts)),
  ...['logback', 'log4j'].flatMap((log) => [
    once(`${log}, event, nothing bound: to none registered`, 1.05, relative(`Event, ${log}`, 'contextvarsUnset', 'none')),
    once(`${log}, event, 3 variables: to 3 MDC values`, 1.1, ratio(`Event, ${log}`, 'mdc')),
    once(`${log}, event, 3 variables: allocated beyond that`, 64, (r) => r.bytes(`Event, ${log}`, ours) - r.bytes(`Event, ${log}`, 'mdc'), bytes),
    once(`${log}, event prepared, 3 variables: to 3 MDC values`, 2, ratio(`EventPrepared, ${log}`, 'mdc')),
  ]),
  at([10], 'hop: Micrometer to ours', 25, times('Hop', 'micrometer'), atLeast),
  at([10], 'hop: TransmittableThreadLocal to ours', 70, times('Hop', 'transmittable'), atLeast),
  map('Get', [4, 10, 32, 100, 1000]), map('Replace', [4, 10, 32, 1000]), map('Insert', [4, 1000]), map('Insert', [32], 1.1),
  map('Remove', [4, 1000]), map('Remove', [32], 1.1), map('Iterate', [4, 32, 1000]), map('BulkBuild', [1000, 10_000]),
  map('EqualsSharing', [10, 1000, 10_000]),
  at([10_000, 1_000_000], 'a coroutine with a context: retained beyond one without', 96,
    (r, n) => r.value('Million', ours, n) - r.value('Million', 'none', n), bytes),
  once('Ktor request with contexts: to none', 1.02, ratio('KtorLoad, cpuPerRequest', 'none')),
  ...Object.entries({ ReadRepeated: 1.6, SetWithToken: 3.4, SetReset: 13, Copy: 5, RunNoop: 3.2 })
    .map(([work, limit]) => at([10], `CPython to ours: ${work}`, limit, times(work, 'cpython'), atLeast)),
];

/** Adds to each target its worst value and where that is, and whether the target is met; nothing if it was not measured. */
export const verdicts = (resultsOf, jdks) => targets.map((target) => {
  const sign = target.atLeast ? -1 : 1;
  const [worst] = jdks.flatMap((jdk) => target.sizes.map((n) => ({ n, jdk, value: target.value(resultsOf(jdk), n) })))
    .filter(({ value }) => Number.isFinite(value)).sort((a, b) => sign * (b.value - a.value));
  // Half a byte is what the set-up and JMH's own threads allocate, shared among all operations.
  const met = worst && sign * (worst.value - target.limit) <= (target.unit === 'B' ? 0.5 : 0);
  return { ...target, ...worst, met };
});
