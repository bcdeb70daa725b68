// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { measurement, median } from './results.mjs';
import { verdicts } from './targets.mjs';

test('the median is over the iterations of all forks', () => {
  assert.equal(median({ score: 99, rawData: [[1, 9], [3, 4]] }), 3.5);
  assert.equal(median({ score: 99, rawData: [[1, 9, 3]] }), 3);
});

test('a row is named after its method, and its value is CPU time', () => {
  const metrics = { primaryMetric: { score: 2, scoreUnit: 'ns/op' }, secondaryMetrics: { cpu: { score: 1 } } };
  const row = { ...metrics, benchmark: 'a.write.Write.setReset', params: { impl: 'grpc', n: '10' } };
  const { work, impl, size, value, wall } = measurement(row, 'write', 17);
  assert.deepEqual([work, impl, size, value, wall], ['SetReset', 'grpc', 'n = 10', 1, 2]);
});

test('a target is judged by its worst size, and not at all without results', () => {
  const value = (work, impl, n) => (work === 'Launch' ? NaN : impl === 'grpc' && n === 32 ? 1 : 2);
  const of = (name) => verdicts(() => ({ value, bytes: () => 1 }), [17]).find((it) => it.name.startsWith(name));
  const { n, value: worst, met } = of('get, Repeated');
  assert.deepEqual([n, worst, met, of('launch').met, of('hop').met], [32, 2, false, undefined, false]);
});
