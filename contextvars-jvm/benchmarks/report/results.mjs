// SPDX-License-Identifier: Apache-2.0
// The files GROUP-jdkVERSION.json of docs/performance: JMH's results, one short line to a row.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export const count = (value) => value.toLocaleString('en');
export const folder = join(import.meta.dirname, '../../../docs/performance');

// Five digits: what is beyond them differs from run to run.
const round = (_, value) => (typeof value === 'number' ? Number(value.toPrecision(5)) : value);
export const read = (file) => JSON.parse(readFileSync(file, 'utf8'), round);
export const machine = () => read(join(folder, 'machine.json'));

/** The median over all iterations of all forks: one during which the machine was busy would move a mean. */
const median = (metric) => metric?.scorePercentiles?.['50.0'] ?? metric?.score;

/** Reads all rows. */
export const results = () => readdirSync(folder).sort().flatMap((file) => {
  const [, group, jdk] = /^([a-z]+)-jdk(\d+)\.json$/.exec(file) ?? [];
  return group ? read(join(folder, file)).map((row) => measurement(row, group, Number(jdk))) : [];
});

// What most rows have goes without saying.
const usual = ['runBlocking', 'callerWithoutElement'];

/** A row of the tables: what was measured (the method, or a program's class), by which implementation, and how large. */
export function measurement(row, file, jdk) {
  const [group, type, method] = row.benchmark.split('.').slice(-3);
  const { impl, n, coroutines, ...settings } = row.params;
  const [kind, size] = file === 'scale' ? ['threads', row.threads] : coroutines ? ['coroutines', Number(coroutines)] : ['n', Number(n ?? 0)];
  const { cpu, 'gc.alloc.rate.norm': bytes } = row.secondaryMetrics;
  const byCpu = cpu && row.primaryMetric.scoreUnit === 'ns/op';
  const name = group === 'memory' ? type : method[0].toUpperCase() + method.slice(1);
  return {
    jdk, impl, group: file === 'cpython' ? group : file,
    work: [name, ...Object.values(settings).filter((it) => !usual.includes(it))].join(', '),
    size: size ? `${kind} = ${count(size)}` : '', n: size,
    value: median(byCpu ? cpu : row.primaryMetric), unit: row.primaryMetric.scoreUnit.replace('/op', ''),
    wall: byCpu && median(row.primaryMetric), cpu: median(cpu), bytes: median(bytes),
  };
}
