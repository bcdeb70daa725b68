// SPDX-License-Identifier: Apache-2.0
// The files GROUP-jdkVERSION.json of docs/performance: JMH's results, one short line to a row.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';

export const folder = join(import.meta.dirname, '../../../docs/performance');

const read = (file) => JSON.parse(readFileSync(file, 'utf8'));
export const machine = () => read(join(folder, 'machine.json'));

/** The median over all iterations of all forks: one during which the machine was busy would move a mean. */
export function median(metric) {
  const samples = metric?.rawData?.flat().sort((a, b) => a - b) ?? [];
  const middle = (samples.length - 1) / 2;
  return metric?.scorePercentiles?.['50.0'] ??
    (samples.length ? (samples[Math.floor(middle)] + samples[Math.ceil(middle)]) / 2 : metric?.score);
}

/** Writes the rows of JMH's files into one, without what no table needs, and facts on the run to machine.json. */
export function record(file, sources, facts) {
  const round = (number) => Number(Number(number).toPrecision(5));
  const slim = (metric) => metric && {
    score: round(metric.score), scoreError: round(metric.scoreError),
    scorePercentiles: { '50.0': round(median(metric)) }, scoreUnit: metric.scoreUnit,
  };
  const rows = sources.flatMap(read).map(({ benchmark, threads, forks, vmVersion, params, primaryMetric, secondaryMetrics }) => ({
    benchmark, threads, forks, vmVersion, params, primaryMetric: slim(primaryMetric), secondaryMetrics: {
      cpu: slim(secondaryMetrics.cpu), 'gc.alloc.rate.norm': slim(secondaryMetrics['gc.alloc.rate.norm']),
    },
  }));
  if (!rows.length) throw new Error(`no results for ${file} in ${sources}`);
  writeFileSync(file, `[\n${rows.map((row) => JSON.stringify(row)).join(',\n')}\n]\n`);
  const notes = Object.entries({ ...machine(), [basename(file)]: facts }).map((note) => note.map((it) => JSON.stringify(it)).join(': '));
  writeFileSync(join(folder, 'machine.json'), `{\n${notes.join(',\n')}\n}\n`);
}

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
  const { cpu, 'gc.alloc.rate.norm': bytes } = row.secondaryMetrics;
  const byCpu = cpu && row.primaryMetric.scoreUnit === 'ns/op';
  const name = group === 'memory' ? type : method[0].toUpperCase() + method.slice(1);
  return {
    jdk, impl, group: file === 'cpython' ? group : file,
    work: [name, ...Object.values(settings).filter((it) => !usual.includes(it))].join(', '),
    size: file === 'scale' ? `threads = ${row.threads}` : coroutines ? `coroutines = ${coroutines}` : n ? `n = ${n}` : '',
    value: median(byCpu ? cpu : row.primaryMetric), unit: row.primaryMetric.scoreUnit.replace('/op', ''),
    wall: byCpu && median(row.primaryMetric), cpu: median(cpu), bytes: median(bytes),
  };
}
