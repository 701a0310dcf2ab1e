import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { asyncBufferFromFile, parquetReadObjects } from 'hyparquet';
import { describe, expect, test } from 'vitest';
import type { LayerSchedule, Schedule, Simulation } from '../../src/index.ts';
import { failure, json, temporaryFolder } from './command-line.ts';

const folder = temporaryFolder();
const MESH = fileURLToPath(new URL('../../docs/examples/mesh.yaml', import.meta.url));
const THREE_LAYERS = fileURLToPath(new URL('../../docs/examples/three-layers.cfg', import.meta.url));

/** A row of a schedule file: one set. */
interface SetRow {
  readonly layer: string;
  readonly set: number;
  readonly y: number;
  readonly x: number;
  readonly height: number;
  readonly width: number;
  readonly copy: number | null;
  readonly startCycle: number;
  readonly finishCycle: number;
}

const NUMBERS = ['set', 'y', 'x', 'height', 'width', 'copy', 'startCycle', 'finishCycle'];
const COLUMNS = ['layer', ...NUMBERS];

/** A row as every format should give it back: numbers are numbers, and what is not there is null. */
function toRow(record: Record<string, unknown>): SetRow {
  const keys = Object.keys(record);
  // Rows are many: an assertion of each would take longer than all else.
  if (keys.join() !== COLUMNS.join()) expect(keys).toEqual(COLUMNS);
  const numbers = NUMBERS.map((name) => {
    const value = record[name];
    return [name, value === null || value === '' ? null : Number(value)];
  });
  return { layer: record.layer, ...Object.fromEntries(numbers) };
}

async function readRows(path: string): Promise<SetRow[]> {
  if (path.endsWith('.parquet')) {
    const rows = await parquetReadObjects({ file: await asyncBufferFromFile(path) });
    return rows.map(toRow);
  }
  const lines = readFileSync(path, 'utf8').trimEnd().split('\n');
  if (path.endsWith('.jsonl')) return lines.map((line) => toRow(JSON.parse(line)));
  const [head, ...rest] = lines.map((line) => line.split(','));
  expect(head).toEqual(COLUMNS);
  return rest.map((cells) => toRow(Object.fromEntries(COLUMNS.map((column, i) => [column, cells[i]]))));
}

/** Writes the same schedule in all three formats, into a folder where nothing else is left then. */
async function writeAll(...options: string[]): Promise<{ result: Schedule; files: SetRow[][] }> {
  const directory = mkdtempSync(join(folder, 'sets-'));
  const paths = ['jsonl', 'csv', 'parquet'].map((ending) => join(directory, `sets.${ending}`));
  const results = await Promise.all(
    paths.map((path) => json<Schedule>('schedule', ...options, '--schedule-out', path)),
  );
  expect(readdirSync(directory)).toHaveLength(3);
  expect(results[1]).toEqual(results[0]);
  expect(results[2]).toEqual(results[0]);
  return { result: results[0]!, files: await Promise.all(paths.map(readRows)) };
}

/** The same rows in all files; rows are many, and compared as text. */
function expectSame(files: readonly (readonly SetRow[])[]): void {
  const [first, ...others] = files.map((rows) => JSON.stringify(rows));
  for (const other of others) expect(other === first).toBe(true);
}

/** Sets of a layer, `height` x `width` each unless they are cut: in row-major order, none left out. */
function expectTiling(layer: LayerSchedule, rows: readonly SetRow[], height: number, width: number): void {
  const [ofmHeight, ofmWidth] = layer.outputShape;
  const setsPerRow = Math.ceil(ofmWidth / width);
  expect(rows).toHaveLength(layer.sets);
  expect(layer.sets).toBe(Math.ceil(ofmHeight / height) * setsPerRow);
  rows.forEach((row, k) => {
    const y = Math.floor(k / setsPerRow) * height;
    const x = (k % setsPerRow) * width;
    const shape = { height: Math.min(height, ofmHeight - y), width: Math.min(width, ofmWidth - x) };
    expect(row).toMatchObject({ layer: layer.name, set: k, y, x, ...shape });
  });
  expect(rows[0]?.startCycle).toBe(layer.startCycle);
  expect(Math.max(...rows.map((row) => row.finishCycle))).toBe(layer.endCycle);
}

/** Rows of every layer, in the order of the layers. */
function byLayer(result: Schedule, rows: readonly SetRow[]): [LayerSchedule, SetRow[]][] {
  expect(rows).toHaveLength(result.layers.reduce((sum, { sets }) => sum + sets, 0));
  let next = 0;
  return result.layers.map((layer) => {
    const first = next;
    next += layer.sets;
    return [layer, rows.slice(first, next)];
  });
}

describe.concurrent('schedule --schedule-out', () => {
  test('writes the sets of a cross-layer schedule, the same to all formats', async () => {
    const { result, files } = await writeAll('tinyyolov4', '--granularity', '5x3', '--extra-pes', '32');
    expectSame(files);
    for (const [layer, rows] of byLayer(result, files[0]!)) {
      expectTiling(layer, rows, 5, 3);
      rows.forEach((row, k) => {
        expect(row.finishCycle - row.startCycle).toBe(row.height * row.width);
        expect(row.copy).toBe(k % layer.copies);
        expect(row.startCycle).toBeGreaterThanOrEqual(rows[k - 1]?.startCycle ?? 0);
        expect(row.startCycle).toBeGreaterThanOrEqual(rows[k - layer.copies]?.finishCycle ?? 0);
      });
    }
  });

  test('writes more rows than one chunk holds', async () => {
    const { result, files } = await writeAll('tinyyolov4');
    expect(files[0]).toHaveLength(113061);
    expectSame(files);
    expect(files[0]?.at(-1)?.finishCycle).toBe(result.cycles);
  });

  test('leaves the copy open where a set of a layer-by-layer schedule is spread over all copies', async () => {
    const { result, files } = await writeAll(
      ...['tinyyolov4', '--granularity', '13x13', '--scheduling', 'lbl', '--extra-pes', '8'],
    );
    expectSame(files);
    let end = 0;
    for (const [layer, rows] of byLayer(result, files[0]!)) {
      expectTiling(layer, rows, 13, 13);
      expect(layer.startCycle).toBe(end);
      end += Math.ceil(layer.mvms / layer.copies);
      if (layer.copies > 1) expect(rows.every((row) => row.copy === null)).toBe(true);
    }
    expect(end).toBe(result.cycles);
  });

  test('replaces a file that is there, and takes an ending in capitals', async () => {
    const directory = mkdtempSync(join(folder, 'there-'));
    const path = join(directory, 'sets.CSV');
    writeFileSync(path, 'old');
    await json('schedule', 'resnet50', '--granularity', 'row', '--schedule-out', path);
    expect(readFileSync(path, 'utf8')).toMatch(/^layer,set,y,x,height,width,copy,startCycle,finishCycle\n/);
    expect(readdirSync(directory)).toEqual(['sets.CSV']);
  });

  test('quotes names of layers where a format needs it', async () => {
    const name = 'a,"b"';
    const model = join(folder, 'names.json');
    const layer = {
      class_name: 'Dense',
      config: { name, batch_input_shape: [null, 4], units: 2, use_bias: false },
    };
    writeFileSync(model, JSON.stringify({ class_name: 'Sequential', config: [layer] }));
    const directory = mkdtempSync(join(folder, 'quotes-'));
    const csv = join(directory, 'sets.csv');
    const jsonl = join(directory, 'sets.jsonl');
    await Promise.all([csv, jsonl].map((path) => json('schedule', model, '--schedule-out', path)));
    expect(readFileSync(csv, 'utf8')).toMatch(/\n"a,""b""",0,0,0,1,1,0,0,1\n$/);
    expect((await readRows(jsonl))[0]?.layer).toBe(name);
  });
});

describe.concurrent('simulate --schedule-out', () => {
  test('writes the sets of all nodes, and the result is the same', async () => {
    const flags = ['tinyyolov4', '--granularity', 'row', '--arch', MESH];
    const path = join(mkdtempSync(join(folder, 'simulated-')), 'sets.csv');
    const result = await json<Simulation>('simulate', ...flags, '--schedule-out', path);
    expect(result).toEqual(await json('simulate', ...flags));
    const rows = await readRows(path);
    const names = [...new Set(rows.map(({ layer }) => layer))];
    expect(names).toEqual(expect.arrayContaining(result.layers.map(({ name }) => name)));
    expect(names).toHaveLength(result.layers.length + result.inputs.length);
    for (const { name, copies, startCycle, endCycle } of result.layers) {
      const own = rows.filter(({ layer }) => layer === name);
      expect(own.map(({ set, copy }) => [set, copy])).toEqual(own.map((_, k) => [k, k % copies]));
      expect(Math.min(...own.map((row) => row.startCycle))).toBe(startCycle);
      expect(Math.max(...own.map((row) => row.finishCycle))).toBe(endCycle);
      expect(own.map(({ y, height }) => [y, height])).toEqual(own.map((_, k) => [k, 1]));
    }
  });

  test('says of a batch which inference a set is of, in every format', async () => {
    const directory = mkdtempSync(join(folder, 'simulated-'));
    const paths = ['jsonl', 'csv', 'parquet'].map((ending) => join(directory, `sets.${ending}`));
    const flags = [THREE_LAYERS, '--granularity', '4x4', '--batch', '2', '--explain', '--schedule-out'];
    await Promise.all(paths.map((path) => json('simulate', ...flags, path)));
    const [first] = readFileSync(paths[0]!, 'utf8').split('\n');
    expect(Object.keys(JSON.parse(first!))).toEqual(['layer', 'inference', ...NUMBERS]);
    const [head, ...lines] = readFileSync(paths[1]!, 'utf8').trimEnd().split('\n');
    expect(head).toBe(['layer', 'inference', ...NUMBERS].join());
    const inferences = lines.map((line) => line.split(',')[1]);
    expect(inferences.filter((inference) => inference === '0')).toHaveLength(lines.length / 2);
    const file = await asyncBufferFromFile(paths[2]!);
    expect(await parquetReadObjects({ file })).toHaveLength(lines.length);
  });

  test('refuses to write over what it reads', async () => {
    const placement = join(mkdtempSync(join(folder, 'simulated-')), 'order.jsonl');
    writeFileSync(placement, '[0]');
    const flags = [THREE_LAYERS, '--placement', placement, '--schedule-out', placement];
    expect(await failure(2, 'simulate', ...flags)).toMatch(/--schedule-out .* would overwrite/);
  });
});
