// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { measurement } from './results.mjs';
import { verdicts } from './targets.mjs';

test('a row is named after its method, and its value is the median of CPU time', () => {
  const median = (value) => ({ score: 99, scorePercentiles: { '50.0': value }, scoreUnit: 'ns/op' });
  const metrics = { primaryMetric: median(2), secondaryMetrics: { cpu: median(1) } };
  const row = { ...metrics, benchmark: 'a.write.Write.setReset', params: { impl: 'grpc', n: '1000' } };
  const { work, impl, size, n, value, wall } = measurement(row, 'write', 17);
  assert.deepEqual([work, impl, size, n, value, wall], ['SetReset', 'grpc', 'n = 1,000', 1000, 1, 2]);
});

test('a row without percentiles has its score', () => {
  const row = { benchmark: 'a.ktor.KtorLoad.ktorLoad', params: { impl: 'none', measure: 'p50' }, primaryMetric: { score: 3, scoreUnit: 'ns' } };
  const { work, value } = measurement({ ...row, secondaryMetrics: {} }, 'ktor', 17);
  assert.deepEqual([work, value], ['KtorLoad, p50', 3]);
});

test('a target is judged by its worst size, and not at all without results', () => {
  const value = (work, impl, n) => (work === 'Launch' ? NaN : impl === 'grpc' && n === 32 ? 1 : 2);
  const of = (name) => verdicts(() => ({ value, bytes: () => 1 }), [17]).find((it) => it.name.startsWith(name));
  const { n, value: worst, met } = of('get, Repeated');
  assert.deepEqual([n, worst, met, of('launch').met, of('hop').met], [32, 2, false, undefined, false]);
});
