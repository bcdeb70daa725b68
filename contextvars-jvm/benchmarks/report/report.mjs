// SPDX-License-Identifier: Apache-2.0
// Writes all tables and charts from docs/performance/*.json:
//   node report.mjs
// Adds results of JMH, with facts about the run:
//   node report.mjs record docs/performance/GROUP-jdkVERSION.json JMH.json… commit=abc1234 date=…
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as vega from 'vega';
import { compile } from 'vega-lite';
import { groups, impls, isOurs, summaryColumns, summaryRows } from './names.mjs';
import { folder, machine, record, results } from './results.mjs';
import { verdicts } from './targets.mjs';

const count = (value) => value.toLocaleString('en');
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
const sizeOf = (row) => Number(row.size.replace(/\D/g, ''));

/** One table to an operation: a row to an implementation, a column to a size on a JDK. */
function tableOf(rows) {
  const column = (row) => `${row.size.replace(/\d+/, (n) => count(Number(n)))}${row.size && ', '}JDK ${row.jdk}`;
  const columns = unique([...rows].sort(by((row) => row.jdk * 1e9 + sizeOf(row))).map(column));
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
  data: { values: rows.map((row) => ({ ...row, n: sizeOf(row) })) },
  mark: { type: 'line', point: true },
  encoding: {
    x: logarithmic('n', 'variables'), y: logarithmic('value', 'ns', { domainMin: 0.5 }),
    color: { field: 'label', scale: { domain: unique(rows.map((row) => row.label)), range: palette } },
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

/** Replaces the parts of a page that are between `<!-- name -->` and `<!-- end -->`. */
export const fill = (page, parts) => Object.entries(parts).reduce((text, [name, content]) => {
  const [, before, after] = new RegExp(`^(.*<!-- ${name} -->\n).*?(<!-- end -->.*)$`, 's').exec(text) ?? [];
  if (!before) throw new Error(`the page has no part ${name}`);
  return `${before}${content}\n${after}`;
}, page);

async function report() {
  const all = results();
  const alone = all.filter((row) => row.group !== 'scale');
  const find = (jdk, work, impl, n) => alone.find((row) =>
    row.jdk === jdk && row.work === work && row.impl === impl && (!n || !row.size || sizeOf(row) === n));
  const pick = (work, ...chosen) => chosen.flatMap((impl) => {
    const jdk = impl === 'scopedValue' ? 25 : 17;
    return alone.filter((row) => row.work === work && row.impl === impl && row.jdk === jdk)
      .map((row) => ({ ...row, label: impls[impl] + (jdk === 17 ? '' : ` (JDK ${jdk})`) }));
  });
  await lines('read.svg', 'Read a variable',
    pick('ReadRepeated', 'contextvars', 'grpc', 'openTelemetry', 'scopedValue', 'threadLocal'));
  await lines('set-reset.svg', 'Set a variable and reset it',
    pick('SetReset', 'contextvars', 'grpc', 'openTelemetry', 'threadLocal'));
  await bars('hop.svg', 'Take 10 values to another task: capture, install, restore',
    pick('Hop', 'contextvars', 'grpc', 'openTelemetry', 'micrometer', 'transmittable'));
  await bars('dispatch.svg', 'Suspend and resume a coroutine',
    pick('Yield', 'none', 'contextvars', 'threadLocal1', 'threadLocal2', 'threadLocal10', 'openTelemetry', 'mdc'));

  const best = (work, n, some) => cell(some.map((impl) => find(17, work, impl, n)).find(Boolean));
  const rows = summaryRows.map(([label, ...key]) => [label, ...Object.values(summaryColumns).map((some) => best(...key, some))]);
  const tables = Object.entries(groups).flatMap(([group, name]) => {
    const ofGroup = all.filter((row) => row.group === group);
    return !ofGroup.length ? [] : [`## ${name}`, ...unique(ofGroup.map((row) => row.work)).flatMap((work) =>
      [`### ${work}`, tableOf(ofGroup.filter((row) => row.work === work))])];
  });
  const facts = ['commit', 'date', 'jdk', 'cpu', 'system'];
  const runs = table(['file', ...facts], Object.entries(machine()).map(([file, run]) => [file, ...facts.map((fact) => run[fact])]));
  const machines = unique(Object.values(machine()).map(({ date, cpu, commit }) => `- ${date}: ${cpu}, commit ${commit}`)).join('\n');
  const resultsOf = (jdk) => ({ value: (...key) => find(jdk, ...key)?.value, bytes: (...key) => find(jdk, ...key)?.bytes });
  const text = (value, unit) => (unit === 'B' ? amount(value, 'B') : `${value.toFixed(2)} ×`);
  const targets = table(['target', 'measured', 'limit', 'worst at', ''], verdicts(resultsOf, [17, 25]).map((it) => [
    it.name, it.jdk ? text(it.value, it.unit) : 'not measured', `${it.atLeast ? '≥' : '≤'} ${text(it.limit, it.unit)}`,
    it.jdk && `${it.n && `n = ${count(it.n)}, `}JDK ${it.jdk}`, it.jdk && (it.met ? 'met' : '**missed**'),
  ]));
  for (const [path, parts] of Object.entries({
    '../performance.md': { summary: table(['', ...Object.keys(summaryColumns)], rows), machines },
    'README.md': { results: tables.join('\n\n'), runs },
    '../../contextvars-jvm/benchmarks/README.md': { targets },
  })) {
    const page = join(folder, path);
    writeFileSync(page, fill(readFileSync(page, 'utf8'), parts));
  }
}

const [script, command, file, ...rest] = process.argv.slice(1);
if (command === 'record') {
  const facts = rest.filter((it) => it.includes('=')).map((it) => it.split(/=(.*)/s).slice(0, 2));
  record(file, rest.filter((it) => !it.includes('=')), Object.fromEntries(facts));
} else if (script === import.meta.filename) {
  await report();
}
