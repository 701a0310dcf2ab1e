import { copyFileSync, existsSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import type { Schedule } from '../../src/index.ts';
import { readTrace, tracksOf } from '../trace/format.ts';
import { clsaCim, failure, json, output, temporaryFolder } from './command-line.ts';

const folder = temporaryFolder();
const NET = fileURLToPath(new URL('../../docs/examples/three-layers.cfg', import.meta.url));
const ROWS = ['tinyyolov4', '--granularity', 'row', '--extra-pes', '32'];

describe.concurrent('schedule --trace', () => {
  test('writes the sets of --schedule-out, layer by layer and copy by copy', async () => {
    const directory = mkdtempSync(join(folder, 'rows-'));
    const [trace, sets] = ['trace.json', 'sets.jsonl'].map((name) => join(directory, name));
    const result = await json<Schedule>('schedule', ...ROWS, '--trace', trace!, '--schedule-out', sets!);
    expect(readdirSync(directory)).toHaveLength(2);
    const rows = readFileSync(sets!, 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    const written = rows.map((row) => [
      ...[`${row.layer} copy ${row.copy}`, row.set, row.startCycle, row.finishCycle],
      ...[(row.startCycle * 14) / 10, ((row.finishCycle - row.startCycle) * 14) / 10],
    ]);
    const document = readTrace(readFileSync(trace!, 'utf8'));
    const drawn = tracksOf(document, 'layers').flatMap(([name, slices]) =>
      slices
        .filter(({ cat }) => cat === 'set')
        .map(({ args, ts, dur }) => {
          // A few times are a picosecond longer.
          const exact = [ts, dur].map((time) => Math.round(time * 10) / 10);
          return [name, args.set, args.startCycle, args.finishCycle, ...exact];
        }),
    );
    expect(drawn.map(String).toSorted()).toEqual(written.map(String).toSorted());
    const { model, cycles, totalPes } = result;
    expect(document.otherData).toMatchObject({ model, cycles, totalPes, leftOut: [] });
  });

  test('compresses, prints what it prints without, and writes the same again', async () => {
    const [plain, packed, again] = ['a.json', 'b.json.gz', 'c.JSON.GZ'].map((name) => join(folder, name));
    const printed = await output('schedule', ...ROWS);
    expect(await output('schedule', ...ROWS, '--trace', plain!)).toBe(printed);
    await output('schedule', ...ROWS, '--trace', packed!);
    await output('schedule', ...ROWS, '--trace', again!);
    expect(gunzipSync(readFileSync(packed!)).equals(readFileSync(plain!))).toBe(true);
    expect(readFileSync(again!).equals(readFileSync(packed!))).toBe(true);
  });

  test('says what is left out for the limit', async () => {
    const path = join(folder, 'small.json');
    const { stderr, status } = await clsaCim('schedule', ...ROWS, '--trace', path, '--trace-limit', '900');
    expect(status).toBe(0);
    expect(stderr).toMatch(/^clsa-cim: the trace has \d+ events: 1157 sets and writes are \d+ bars: .*\n$/);
    const { otherData } = readTrace(readFileSync(path, 'utf8'));
    expect(otherData.events).toBeLessThanOrEqual(900);
    expect(stderr).toContain(otherData.leftOut[0]);
  });

  test('is refused where the file or the limit cannot be, and then writes nothing', async () => {
    const file = join(folder, 'none.json');
    const at = (...flags: string[]) => failure(2, 'schedule', NET, ...flags);
    expect(await at('--trace', join(folder, 'x.txt'))).toMatch(
      /^--trace ".*": the ending .* \.json, \.json\.gz$/,
    );
    expect(await at('--trace-limit', '10')).toMatch(/^--trace-limit is of no use without --trace; /);
    expect(await at('--trace', file, '--trace-limit', '10')).toMatch(
      /^--trace-limit 10 events are not enough .* allow \d+ or more$/,
    );
    expect(await at('--trace', file, '--trace-limit', '0')).toMatch(/whole number from 1/);
    expect(await failure(1, 'schedule', NET, '--trace', join(folder, 'no/x.json'))).toMatch(
      /^--trace ".*": cannot be written: there is no such directory/,
    );
    const model = join(folder, 'net.json');
    copyFileSync(NET, model);
    expect(await failure(2, 'schedule', model, '--trace', model)).toMatch(/would overwrite/);
    expect(existsSync(file)).toBe(false);
  });
});

test('simulate --trace writes tiles, GPEUs and links, and prints what it prints without', async () => {
  const path = join(folder, 'simulation.json');
  const mesh = fileURLToPath(new URL('../../docs/examples/mesh.yaml', import.meta.url));
  const command = ['simulate', NET, '--arch', mesh, '--json'];
  expect(await output(...command, '--trace', path)).toBe(await output(...command));
  const trace = readTrace(readFileSync(path, 'utf8'));
  expect(tracksOf(trace, 'tiles').map(([name]) => name)).toContain('GPEU of tile 0');
  expect(tracksOf(trace, 'chip').map(([name]) => name)).toEqual(['critical path']);
  expect(await failure(2, 'simulate', NET, '--trace', join(folder, 'x.csv'))).toMatch(/\.json\.gz$/);
});
