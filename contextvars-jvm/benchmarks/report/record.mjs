// SPDX-License-Identifier: Apache-2.0
// Writes the rows of JMH's files into one, without what no table needs, and facts on the run to machine.json:
//   commit=abc1234 date=… jdk=… cpu=… system=… options=… node record.mjs docs/performance/GROUP-jdkVERSION.json JMH.json…
import { writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { folder, machine, read } from './results.mjs';

const [file, ...sources] = process.argv.slice(2);
const fields = ['benchmark', 'threads', 'forks', 'vmVersion', 'params', 'primaryMetric', 'secondaryMetrics', 'cpu',
  'gc.alloc.rate.norm', 'score', 'scoreError', 'scorePercentiles', '50.0', 'scoreUnit'];
const rows = sources.flatMap(read).map((row) => JSON.stringify(row, [...fields, ...Object.keys(row.params)]));
if (!rows.length) throw new Error(`no results for ${file} in ${sources}`);
writeFileSync(file, `[\n${rows.join(',\n')}\n]\n`);

const { commit, date, jdk, cpu, system, options } = process.env;
const runs = { ...machine(), [basename(file)]: { commit, date, jdk, cpu, system, options } };
const lines = Object.entries(runs).map((entry) => entry.map((it) => JSON.stringify(it)).join(': '));
writeFileSync(join(folder, 'machine.json'), `{\n${lines.join(',\n')}\n}\n`);
