// SPDX-License-Identifier: Apache-2.0
// Writes all tables and charts from docs/performance/*.json.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as vega from 'vega';
import { compile } from 'vega-lite';
import { groups, impls, isOurs, summaryColumns, summaryRows } from './names.mjs';
import { count, folder, machine, results } from './results.mjs';
import { verdicts } from './targets.mjs';

const number = (value) => {
  const digits = Math.abs(value) < 0.995 ? 2 : Math.abs(value) < 99.95 ? 1 : 0;
  return value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits });
};
const amount = (value, unit) => {
  const whole = unit === 'B' && (value >= 100 || Math.abs(value - Math.round(value)) < 0.1);
  return `${whole ? count(Math.round(value)) : number(value)} ${unit}`;
};

/** "3.2 ns, 128 B"; with the wall time where it is not the CPU time, as threads wait or several work. */
const cell = (row) => row && [
  amount(row.value, row.unit),
  row.wall && Math.abs(row.wall / row.value - 1) > 0.15 && `wall ${number(row.wall)}`,
  row.unit === 'ns' ? row.bytes >= 0.5 && amount(row.bytes, 'B') : row.cpu && amount(row.cpu, 'ns'),
].filter(Boolean).join(', ');

const table = (head, rows) => [head, head.map((_, i) => (i ? '---:' : '---')), ...rows]
  .map((cells) => `| ${cells.map((text) => text ?? '').join(' | ')} |`).join('\n');

const unique = (values) => [...new Set(values)];
const by = (key) => (a, b) => key(a) - key(b);

const sizeAndJdk = ({ size, jdk }) => `${size}${size && ', '}JDK ${jdk}`;

/** A row to an implementation, a column to a size on a JDK, or to another property. */
function tableOf(rows, column = sizeAndJdk) {
  const columns = unique([...rows].sort(by((row) => row.jdk * 1e9 + row.n)).map(column));
  const lines = unique(rows.map((row) => row.impl)).sort(by((impl) => Object.keys(impls).indexOf(impl))).map((impl) => [
    isOurs(impl) ? `**${impls[impl]}**` : impls[impl] ?? impl,
    ...columns.map((head) => cell(rows.find((row) => row.impl === impl && column(row) === head))),
  ]);
  return table(['', ...columns], lines);
}

// This library's line or bars have one colour.
const palette = ['#C2410C', '#1D4ED8', '#0F766E', '#7C3AED', '#9CA3AF'];

async function draw(file, title, subtitle, spec) {
  const config = { background: 'white', padding: 12, axis: { gridColor: '#eee', labelLimit: 260 }, legend: { title: null, labelLimit: 260 } };
  const text = { text: title, subtitle, anchor: 'start', fontSize: 15 };
  const compiled = compile({ width: 480, title: text, config, ...spec }).spec;
  writeFileSync(join(folder, file), `${await new vega.View(vega.parse(compiled), { renderer: 'none' }).toSVG()}\n`);
}

const logarithmic = (field, title, scale) => ({
  field, type: 'quantitative', scale: { type: 'log', nice: false, ...scale }, axis: { title, values: [1, 3, 10, 30, 100, 300, 1000] },
});

const lines = (file, title, rows) => draw(file, title, 'CPU time per operation, both axes logarithmic; less is better', {
  height: 260,
  data: { values: rows },
  mark: { type: 'line', point: true },
  encoding: {
    x: logarithmic('n', 'variables'), y: logarithmic('value', 'ns', { domainMin: 0.5 }),
    color: { field: 'label', sort: null, scale: { range: palette } },
  },
});

const bars = (file, title, rows) => draw(file, title, 'CPU time per operation; less is better', {
  height: { step: 26 },
  data: { values: rows.map((row) => ({ ...row, text: number(row.value), colour: palette[isOurs(row.impl) ? 0 : 4] })) },
  encoding: {
    x: { field: 'value', type: 'quantitative', axis: { title: 'ns' } },
    y: { field: 'label', sort: { field: 'value', op: 'min' }, axis: { title: null } },
  },
  layer: [
    { mark: 'bar', encoding: { color: { field: 'colour', scale: null } } },
    { mark: { type: 'text', align: 'left', dx: 4 }, encoding: { text: { field: 'text' } } },
  ],
});

/** Writes the parts into the pages, each between its `<!-- name -->` and `<!-- end -->`. */
function fill(parts) {
  const part = new RegExp(`(<!-- (${Object.keys(parts).join('|')}) -->\n).*?(?=<!-- end -->)`, 'gs');
  for (const path of ['../performance.md', '../logging.md', 'README.md', '../../contextvars-jvm/benchmarks/README.md']) {
    const page = join(folder, path);
    const text = readFileSync(page, 'utf8');
    if (text.search(part) < 0) throw new Error(`nothing to fill in ${path}`);
    writeFileSync(page, text.replace(part, (_, start, name) => `${start}${parts[name]}\n`));
  }
}

const all = results();
const alone = all.filter((row) => row.group !== 'scale');
const find = (jdk, work, impl, n) => alone.find((row) =>
  row.jdk === jdk && row.work === work && row.impl === impl && (!n || !row.n || row.n === n));
const pick = (work, ...chosen) => chosen.flatMap((impl) => {
  const jdk = impl === 'scopedValue' ? 25 : 17;
  return alone.filter((row) => row.work === work && row.impl === impl && row.jdk === jdk)
    .map((row) => ({ ...row, label: impls[impl] + (jdk === 17 ? '' : ` (JDK ${jdk})`) }));
});
lines('read.svg', 'Read a variable', pick('ReadRepeated', 'contextvars', 'grpc', 'openTelemetry', 'scopedValue', 'threadLocal'));
lines('set-reset.svg', 'Set a variable and reset it', pick('SetReset', 'contextvars', 'grpc', 'openTelemetry', 'threadLocal'));
bars('hop.svg', 'Take 10 values to another task: capture, install, restore',
  pick('Hop', 'contextvars', 'grpc', 'openTelemetry', 'micrometer', 'transmittable'));
bars('dispatch.svg', 'Suspend and resume a coroutine',
  pick('Yield', 'none', 'contextvars', 'threadLocal1', 'threadLocal2', 'threadLocal10', 'openTelemetry', 'mdc'));

const best = (work, n, some) => cell(some.map((impl) => find(17, work, impl, n)).find(Boolean));
const summary = summaryRows.map(([label, ...key]) => [label, ...Object.values(summaryColumns).map((some) => best(...key, some))]);
const events = all.filter((row) => row.group === 'logging' && row.jdk === 17 && /Event|AndLog/.test(row.work));
const tables = Object.entries(groups).flatMap(([group, name]) => {
  const ofGroup = all.filter((row) => row.group === group);
  return !ofGroup.length ? [] : [`## ${name}`, ...unique(ofGroup.map((row) => row.work)).flatMap((work) =>
    [`### ${work}`, tableOf(ofGroup.filter((row) => row.work === work))])];
});
const facts = ['commit', 'date', 'jdk', 'cpu', 'system'];
const runs = Object.entries(machine());
const resultsOf = (jdk) => ({ value: (...key) => find(jdk, ...key)?.value, bytes: (...key) => find(jdk, ...key)?.bytes });
const text = (value, unit) => (unit === 'B' ? amount(value, 'B') : `${value.toFixed(2)} ×`);
fill({
  summary: table(['', ...Object.keys(summaryColumns)], summary),
  logging: tableOf(events, (row) => row.work),
  results: tables.join('\n\n'),
  runs: table(['file', ...facts], runs.map(([file, run]) => [file, ...facts.map((fact) => run[fact])])),
  machines: unique(runs.map(([, { date, cpu, commit }]) => `- ${date}: ${cpu}, commit ${commit}`)).join('\n'),
  targets: table(['target', 'measured', 'limit', 'worst at', ''], verdicts(resultsOf, [17, 25]).map((it) => [
    it.name, it.jdk ? text(it.value, it.unit) : 'not measured', `${it.atLeast ? '≥' : '≤'} ${text(it.limit, it.unit)}`,
    it.jdk && `${it.n && `n = ${count(it.n)}, `}JDK ${it.jdk}`, it.jdk && (it.met ? 'met' : '**missed**'),
  ])),
});
