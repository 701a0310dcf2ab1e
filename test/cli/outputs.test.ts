import { execFileSync, spawn } from 'node:child_process';
import {
  copyFileSync,
  linkSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { failure, MAIN, output, temporaryFolder } from './command-line.ts';

const folder = temporaryFolder();
const NET = fileURLToPath(new URL('../../docs/examples/three-layers.cfg', import.meta.url));
const at = (name: string) => join(folder, name);

describe('what is read is not written over', () => {
  test.each(['itself', 'a link to it', 'another name of it'])('%s', async (name) => {
    const model = at(`${name}.cfg`);
    copyFileSync(NET, model);
    const copies = name === 'itself' ? model : at(`${name}.other`);
    if (name === 'a link to it') symlinkSync(model, copies);
    if (name === 'another name of it') linkSync(model, copies);
    expect(await failure(2, 'optimize', model, '--copies-out', copies)).toMatch(
      /--copies-out ".*": would overwrite ".*", which is read/,
    );
    expect(readFileSync(model, 'utf8')).toBe(readFileSync(NET, 'utf8'));
  });

  test('by a file of sets', async () => {
    const model = at('net.csv');
    copyFileSync(NET, model);
    expect(await failure(2, 'schedule', model, '--schedule-out', model)).toMatch(/would overwrite/);
    const copies = at('copies.jsonl');
    writeFileSync(copies, '{conv1: 1}');
    const flags = ['--duplication', copies, '--schedule-out', copies];
    expect(await failure(2, 'schedule', NET, ...flags)).toMatch(/would overwrite/);
    expect(readFileSync(copies, 'utf8')).toBe('{conv1: 1}');
  });
});

describe('files that are written', () => {
  const search = (...flags: string[]) => ['optimize', NET, '--arch', 'paper', ...flags];

  test.each(['the same path', 'another way there', 'a link'])('are two: %s', async (name) => {
    const [first, link] = [at(`${name}.json`), at(`${name}.link`)];
    writeFileSync(first, '{}');
    symlinkSync(first, link);
    const second = { 'another way there': `${folder}/./${name}.json`, 'a link': link }[name] ?? first;
    expect(await failure(2, ...search('--copies-out', first, '--rounds-out', second))).toMatch(
      /^--rounds-out and --copies-out are the same file/,
    );
    expect(readFileSync(first, 'utf8')).toBe('{}');
  });

  test('have a place, before anything is computed', async () => {
    for (const option of ['--copies-out', '--rounds-out', '--report', '--plot']) {
      const path = at(`none/x${{ '--report': '.html', '--plot': '.svg' }[option] ?? '.json'}`);
      expect(await failure(1, ...search(option, path))).toMatch(/cannot be written: there is no such/);
    }
  });

  test.each(['-', 'x', 'x.svg', '.html', ''])(
    'are called so that browsers open reports, unlike %s',
    async (name) => {
      expect(await failure(2, ...search('--report', name))).toMatch(
        /^--report ".*": the ending of the file must be one of \.html, \.htm$/,
      );
    },
  );

  test('are none of a dry run', async () => {
    const spec = at('dry.yaml');
    writeFileSync(spec, 'models: tinyyolov4\narchitectures: paper');
    const flags = ['--report', at('dry.html'), '--plot', at('dry.svg')];
    expect(await failure(2, 'sweep', spec, '--dry-run', ...flags)).toMatch(
      /^--report and --plot: a dry run has nothing to show; /,
    );
  });
});

describe('a named pipe', () => {
  const pipe = at('pipe');
  execFileSync('mkfifo', [pipe]);

  test('is no model, chip, file of copies or module of policies, and is not waited for', async () => {
    expect(await failure(1, 'schedule', pipe)).toMatch(/no regular file/);
    expect(await failure(1, 'schedule', NET, '--arch', pipe)).toMatch(/not a file/);
    expect(await failure(1, 'schedule', NET, '--duplication', pipe)).toMatch(/not a file/);
    const spec = at('spec.yaml');
    writeFileSync(spec, `models: tinyyolov4\npolicies: ${pipe}`);
    expect(await failure(1, 'sweep', spec, '--dry-run')).toMatch(
      /policies: .* cannot be read \(it is no file\)/,
    );
  });
});

describe('a file of sets that is not finished', () => {
  const partials = () => readdirSync(folder).filter((name) => name.endsWith('.partial'));

  test('is removed where the command is stopped', async () => {
    const path = at('sets.jsonl');
    const child = spawn(process.execPath, [MAIN, 'schedule', 'resnet152', '--schedule-out', path], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let stderr = '';
    child.stderr.on('data', (text) => {
      stderr += text;
    });
    const ended = new Promise((resolve) => child.on('close', resolve));
    for (let i = 0; i < 3000 && partials().length === 0; i++) await sleep(5);
    expect(partials()).toHaveLength(1);
    child.kill('SIGINT');
    expect(await ended).toBe(130);
    expect(stderr).toMatch(/^clsa-cim: stopped; ".*sets\.jsonl" was not written\n$/);
    expect(partials()).toEqual([]);
    expect(readdirSync(folder)).not.toContain('sets.jsonl');
  });

  test('is removed by the next one where its process is gone', async () => {
    const path = at('again.jsonl');
    const gone = `${path}.${2 ** 22 + 1}.partial`;
    const others = [
      `${path}.${process.pid}.partial`,
      `${path}.${2 ** 22 + 2}.partial`,
      `${at('other.jsonl')}.1.partial`,
    ];
    for (const name of [gone, ...others]) writeFileSync(name, '');
    const old = new Date(Date.now() - 60_000);
    for (const name of [gone, others[0]!]) utimesSync(name, old, old);
    await output('schedule', NET, '--schedule-out', path);
    expect(partials().map(at).toSorted()).toEqual(others.toSorted());
  });
});

test('a reader who is slow gets all of it, more than a pipe holds', async () => {
  const args = ['simulate', 'resnet50', '--arch', 'isaac', '--granularity', 'row', '--json'];
  const whole = await output(...args);
  expect(whole.length).toBeGreaterThan(3 * 2 ** 16);
  // Nothing is read until it has long computed all.
  const slowly = '{ "$0" "$@"; echo "status $?" >&3; } | { sleep 3; cat; }';
  const child = spawn('sh', ['-c', slowly, process.execPath, MAIN, ...args], {
    stdio: ['ignore', 'pipe', 'ignore', 'pipe'],
  });
  const [read, status] = await Promise.all(
    [child.stdio[1], child.stdio[3]].map((pipe) => text(pipe as Readable)),
  );
  expect(status).toBe('status 0\n');
  expect(read).toBe(whole);
});
