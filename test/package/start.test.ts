import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { MAIN } from '../cli/command-line.ts';
import { root } from '../docs/documents.ts';
import { model } from '../load/onnx/onnx-writer.ts';
import { resnet } from '../verify/networks/resnet.ts';

const folder = mkdtempSync(join(tmpdir(), 'clsa-cim-start-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Writes down, when a process ends, which files and which modules of Node it has loaded. */
const RECORDER = join(folder, 'recorder.cjs');
writeFileSync(
  RECORDER,
  `process.on('exit', () => require('node:fs').writeFileSync(process.env.RECORD, JSON.stringify({
    files: Object.keys(require.cache),
    builtins: process.moduleLoadList.map((name) => name.replace(/^NativeModule /, '')),
  })));`,
);

/** What a process has loaded. */
interface Loaded {
  readonly files: readonly string[];
  readonly builtins: readonly string[];
}

/** What a command loads; what it prints goes nowhere, since Node loads what it takes to write to a pipe. */
function loadedBy(...args: string[]): Loaded {
  const record = join(folder, 'record.json');
  const { status } = spawnSync(process.execPath, ['--require', RECORDER, MAIN, ...args], {
    ...{ stdio: 'ignore', env: { ...process.env, RECORD: record, NODE_COMPILE_CACHE: join(folder, 'kept') } },
  });
  expect(status).toBe(0);
  const loaded: Loaded = JSON.parse(readFileSync(record, 'utf8'));
  return { ...loaded, files: loaded.files.filter((file) => file !== RECORDER) };
}

/** Names of files without the hash of what is in them. */
const namesOf = (files: readonly string[]) =>
  files.map((file) => basename(file).replace(/-[\w-]{8}\.cjs$/, ''));

const bytesOf = (files: readonly string[]) => files.reduce((sum, file) => sum + statSync(file).size, 0);

/** What of Node takes milliseconds to load, and no schedule needs. */
const IDLE_BUILTINS = ['child_process', 'crypto', 'dgram', 'net', 'perf_hooks', 'readline', 'worker_threads'];

describe('what the command line loads', () => {
  test('to say its version is little', () => {
    const { files } = loadedBy('--version');
    expect(namesOf(files).toSorted()).toEqual(['main.js', 'rolldown-runtime', 'run']);
    expect(bytesOf(files)).toBeLessThan(100_000);
  });

  test('to schedule a network of the zoo on a preset is in four files', () => {
    const { files, builtins } = loadedBy('schedule', 'tinyyolov4');
    expect(namesOf(files).toSorted()).toEqual(['main.js', 'rolldown-runtime', 'run', 'schedule']);
    expect(bytesOf(files)).toBeLessThan(440_000);
    expect(builtins.filter((name) => IDLE_BUILTINS.includes(name))).toEqual([]);
  });

  test('to schedule a model file is that and its loader, and no parser of YAML', () => {
    const file = join(folder, 'model.onnx');
    writeFileSync(file, model(resnet({ size: 32, classes: 10, stem: 8, stages: [[8, 1]] })));
    const { files, builtins } = loadedBy('schedule', file);
    expect(files.length).toBeLessThan(10);
    expect(namesOf(files)).toContain('onnx');
    expect(namesOf(files)).not.toContain('yaml');
    expect(bytesOf(files)).toBeLessThan(600_000);
    expect(builtins.filter((name) => IDLE_BUILTINS.includes(name))).toEqual([]);
  });
});

test('its files are ASCII, of which V8 makes texts of half the size', () => {
  const chunks = join(root, 'dist/src/command-line');
  const files = readdirSync(chunks).filter((file) => file.endsWith('.cjs'));
  expect(files.length).toBeGreaterThan(10);
  const others = files.filter((file) => readFileSync(join(chunks, file)).some((byte) => byte > 0x7f));
  expect(others).toEqual([]);
});
