import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import {
  architectureToYaml,
  type Chip,
  findPreset,
  type Schedule,
  type Simulation,
} from '../../src/index.ts';
import { clsaCim, failure, json, output, temporaryFolder } from './command-line.ts';

const folder = temporaryFolder();
const NET = fileURLToPath(new URL('../../docs/examples/three-layers.cfg', import.meta.url));
const simulated = (...args: string[]) => json<Simulation>('simulate', ...args);

/** Path of a file with the paper's architecture and a chip. */
function chipFile(name: string, chip: Chip, figures: { peWriteNs?: number } = {}): string {
  const path = join(folder, `${name}.yaml`);
  writeFileSync(path, architectureToYaml({ ...findPreset('paper')!, ...figures, name, chip }));
  return path;
}

/** Six tiles of two PEs, with figures of everything. */
const MESH: Chip = {
  ...{ clockNs: 100, meshRows: 2, meshColumns: 3, pesPerTile: 2, linkBitsPerCycle: 8, hopCycles: 1 },
  ...{ gpeuOperationsPerCycle: 16, offChipBitsPerCycle: 64 },
  ...{ mvmEnergyPj: 100, hopEnergyPjPerBit: 0.5, leakageMw: 0.1 },
};
const mesh = chipFile('mesh', MESH);
const turning = chipFile('turning', MESH, { peWriteNs: 1400 });

describe.concurrent('simulate --validate', () => {
  test.each([
    ['with room for all', ['--pes', '12', '--batch', '2']],
    ['layer by layer', ['--pes', '12', '--scheduling', 'lbl']],
    ['with weights that take turns', ['--pes', '4', '--batch', '3', '--group', '2', '--reload', 'barrier']],
  ])('checks a run %s, says so on standard error, and prints what it prints without', async (_, options) => {
    const run = ['simulate', NET, '--arch', turning, '--granularity', 'row', ...options, '--json'];
    const [outcome, without] = await Promise.all([clsaCim(...run, '--validate'), clsaCim(...run)]);
    expect(outcome).toEqual({ status: 0, stderr: 'clsa-cim: the run is valid\n', stdout: without.stdout });
  });
});

describe.concurrent('simulate --json', () => {
  test('prints the keys that are promised', async () => {
    const result = await simulated(NET, '--arch', mesh, '--pes', '12', '--batch', '3');
    expect(Object.keys(result)).toEqual(
      expect.arrayContaining([
        ...['model', 'architecture', 'granularity', 'scheduling', 'batch'],
        ...['minimumPes', 'totalPes', 'usedPes', 'clockNs', 'cycles', 'latencyNs', 'idealCycles'],
        ...['firstLatencyNs', 'intervalCycles', 'throughputPerSecond', 'energyPj', 'areaMm2'],
        ...['version', 'cells', 'bottleneck', 'chip'],
        ...['layers', 'inputs', 'tiles', 'links', 'buffers', 'bitHops', 'messages', 'events'],
      ]),
    );
    expect(result).toMatchObject({
      ...{ model: 'three-layers', architecture: 'mesh', granularity: 'pixel', scheduling: 'xinf' },
      ...{ batch: 3, minimumPes: 6, totalPes: 12, clockNs: 100 },
    });
    expect(result.latencyNs).toBe(result.cycles * 100);
    expect(result.cycles).toBeGreaterThan(result.idealCycles);
    expect(Object.keys(result.energyPj.parts)).toEqual(['mvm', 'hop', 'leakage']);
    expect(Object.keys(result.layers[0]!)).toEqual(
      expect.arrayContaining([
        ...['name', 'op', 'copies', 'startCycle', 'endCycle', 'computeCycles', 'idleCycles'],
        ...['waitDataCycles', 'waitSpaceCycles', 'waitCopyCycles', 'waitGpeuCycles'],
        ...['waitReadCycles', 'waitSendCycles', 'waitLinkCycles', 'energyPj'],
      ]),
    );
    expect(Object.keys(result.tiles[0]!)).toEqual(
      expect.arrayContaining([
        ...['tile', 'layers', 'computeCycles', 'waitDataCycles', 'waitSpaceCycles', 'waitCopyCycles'],
        ...[
          'waitReadCycles',
          'waitGpeuCycles',
          'waitSendCycles',
          'waitLinkCycles',
          'busyCycles',
          'idleCycles',
        ],
      ]),
    );
    expect(result.inputs).toMatchObject([
      { name: 'input', energyPj: { parts: { hop: expect.any(Number) } } },
    ]);
    const shares = [...result.layers, ...result.inputs].map(({ energyPj }) => energyPj.total);
    const sum = shares.reduce<number>((total, share) => total + share!, result.energyPj.parts.leakage!);
    expect(Math.abs(sum / result.energyPj.total! - 1)).toBeLessThan(1e-9);
    expect(Object.keys(result.links[0]!)).toEqual(
      expect.arrayContaining(['from', 'to', 'bits', 'busyCycles', 'utilization']),
    );
    expect(Object.keys(result.buffers[0]!)).toEqual(
      expect.arrayContaining(['tile', 'inputPeakBytes', 'outputPeakBytes', 'gpeuBusyCycles']),
    );
  });

  test('takes the cycles of schedule where movement is free, with the options of schedule', async () => {
    const options = ['tinyyolov4', '--extra-pes', '32', '--granularity', 'row', '--duplication', 'sum'];
    const [simulation, schedule, lbl] = await Promise.all([
      simulated(...options),
      json<Schedule>('schedule', ...options),
      simulated(...options, '--scheduling', 'lbl'),
    ]);
    expect(simulation).toMatchObject({
      ...{ cycles: schedule.cycles, idealCycles: schedule.cycles, latencyNs: schedule.latencyNs },
      ...{ totalPes: 149, usedPes: schedule.usedPes, granularity: 'row', links: [] },
    });
    expect(lbl).toMatchObject({ scheduling: 'lbl', granularity: 'pixel' });
    expect(lbl.cycles).toBeGreaterThan(simulation.cycles);
  });

  test('has sizes and windows of buffers where the chip has them', async () => {
    const limited = chipFile('limited', { ...MESH, inputBufferBytes: 2 ** 16, outputBufferBytes: 2 ** 15 });
    const { buffers } = await simulated(NET, '--arch', limited, '--pes', '12', '--duplication', 'greedy');
    for (const buffer of buffers) {
      expect(buffer).toMatchObject({ inputBytes: 2 ** 16, outputBytes: 2 ** 15 });
      expect(buffer.inputPeakBytes).toBeLessThanOrEqual(2 ** 16);
      expect(buffer.inputWindowBytes).toBeGreaterThan(0);
      expect(buffer.outputWindowBytes).toBeGreaterThan(0);
    }
  });

  test('ISAAC has room for ResNet50', async () => {
    const { cycles, idealCycles, buffers } = await simulated('resnet50', '--arch', 'isaac');
    expect(cycles).toBeGreaterThan(idealCycles);
    expect(Math.max(...buffers.map(({ inputPeakBytes }) => inputPeakBytes))).toBeLessThanOrEqual(2 ** 16);
  });

  test('has the defaults that are promised', async () => {
    const [short, long] = await Promise.all([
      output('simulate', NET, '--json'),
      output(
        ...['simulate', NET, '--arch', 'paper', '--extra-pes', '0', '--duplication', 'greedy'],
        ...['--scheduling', 'xinf', '--granularity', 'pixel', '--batch', '1', '--json'],
      ),
    ]);
    expect(short).toBe(long);
    expect(short).toMatch(/^\{\n[\s\S]*\n\}\n$/);
  });

  test('prints the same bytes twice', async () => {
    const wide = chipFile('wide', { ...MESH, pesPerTile: 100 });
    const args = ['simulate', 'tinyyolov4', '--arch', wide, '--granularity', '4x4', '--json'];
    const [first, second] = await Promise.all([output(...args), output(...args)]);
    expect(first).toBe(second);
  });
});

describe.concurrent('the table of simulate', () => {
  test('has a row for every layer, the metrics beside those of free movement, and the busiest links', async () => {
    const options = ['--arch', mesh, '--pes', '12', '--batch', '2', '--duplication', 'greedy'];
    const text = await output('simulate', NET, ...options);
    expect(text).toMatch(
      /^three-layers on mesh, pixel sets, across layers \(xinf\), 2 inferences; a clock cycle is 100 ns\n\n\| layer/,
    );
    expect(text.match(/^\| conv2d\S* +\| Conv2D \|.*$/gm)).toHaveLength(3);
    for (const metric of ['clock cycles', 'latency', 'slowdown', 'first inference', 'throughput', 'energy']) {
      expect(text).toMatch(new RegExp(`^\\| ${metric} +\\| +\\S`, 'm'));
    }
    expect(text).toMatch(/^\| busiest links +\| +bits \| +busy \|\n.*\n\| tile \d to \d +\|/m);
    expect(text).toMatch(
      /^\| busiest tiles +\| +busy \| +input buffer \| +output buffer \| layers +\|\n.*\n\| tile \d /m,
    );
    expect(text).toMatch(/^\| most waiting tiles +\|.* link \| layers +\|$/m);
    // Tables of tiles name layers whole, however short their names are.
    expect(text).toMatch(/^\| tile \d +\|.* B \| conv2d, conv2d_1 +\|$/m);
    expect(text).not.toContain('…');
    expect(text).toMatch(
      /^\| energy +\| +in all \| +share \|\n.*\n(\| \w+ +\| +[\d.]+ .J \| +[\d.]+ % \|\n){3}\n/m,
    );
    expect(text).toMatch(/^Not in the energy, without figures: bufferRead, bufferWrite, gpeu.*\.$/m);
    for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(110);
    expect(text).not.toMatch(/NaN|undefined|Infinity/);
  });

  test('says that figures are missing, and nothing of links, where the chip says nothing', async () => {
    const text = await output('simulate', NET);
    expect(text).toMatch(/^No energy: the architecture has no figures of it\.$/m);
    expect(text).not.toMatch(/^\| energy/m);
    expect(text).toMatch(/^\| slowdown +\| +1\.00x +\| +1\.00x \|/m);
    expect(text).not.toMatch(/busiest/);
    expect(text.endsWith('\n') && !text.endsWith('\n\n')).toBe(true);
  });
});

describe.concurrent('errors of simulate: one line', () => {
  test.each<[string[], RegExp]>([
    ...['0', '-1', 'x', '1.5', '', '1e3', 'NaN', 'Infinity', '9'.repeat(400)].map(
      (value): [string[], RegExp] => [
        [NET, `--batch=${value}`],
        /--batch <n>' argument '.*' is invalid\. It must be a whole number from 1 to 1048576\. See clsa-cim simulate/,
      ],
    ),
    [
      [NET, '--batch', '1048577'],
      /--batch <n>' argument '1048577' is invalid\. It must be a whole number from 1 to 1048576/,
    ],
    [[NET, '--batch'], /argument missing/],
    [[], /missing required argument 'model'; see clsa-cim simulate --help/],
    [[NET, '--bogus'], /unknown option '--bogus'; see clsa-cim simulate --help/],
    [[NET, '--bach', '3'], /unknown option '--bach'; did you mean --batch\? See clsa-cim simulate --help/],
    [[NET, NET], /too many arguments/],
    [[NET, '--scheduling', 'fifo'], /Allowed choices are xinf, lbl/],
    [[NET, '--granularity', '0x4'], /granularity "0x4" is none of pixel, row and HxW/],
    [[NET, '--pes', '9', '--extra-pes', '3'], /--pes and --extra-pes are both given/],
  ])('%j is wrong usage', async (args, reason) => {
    expect(await failure(2, 'simulate', ...args)).toMatch(reason);
  });

  test.each<[string, string[], RegExp]>([
    ['a network that does not exist', ['nonet'], /neither a model file nor a network of the zoo/],
    ['too few PEs', [NET, '--pes', '5'], /needs 6 PEs and there are 5: 1 missing/],
    ['a placement that does not exist', [NET, '--placement', 'bogus'], /"bogus"; known are snake, optimised/],
    ['an architecture that does not exist', [NET, '--arch', 'nochip'], /nochip/],
    [
      'tiles that hold too few PEs',
      [NET, '--arch', chipFile('small', { ...MESH, pesPerTile: 1 }), '--pes', '12'],
      /uses 12 PEs, and 6 tiles of 1 have 6: 6 missing/,
    ],
    [
      'tiles that nothing connects',
      [NET, '--arch', chipFile('apart', { links: [[1, 0]], pesPerTile: 3 })],
      /no way|link/,
    ],
  ])('%s', async (_, args, reason) => {
    expect(await failure(1, 'simulate', ...args)).toMatch(reason);
  });

  test('buffers that are too small: layers, tiles and a size, which does', async () => {
    const options = ['--pes', '12', '--granularity', 'row', '--duplication', 'greedy', '--no-spill'];
    const small = chipFile('small-buffers', { ...MESH, inputBufferBytes: 64 });
    const message = await failure(1, 'simulate', NET, '--arch', small, ...options);
    expect(message).toMatch(
      /^the chip's buffers are too small to make progress: at cycle \d+ (input|conv2d\S*) has no room for its results on tile \d.*, where what conv2d\S* still reads of (input|conv2d\S*) takes \d+ bytes of 64 bytes; .*conv2d\S* waits for values of /,
    );
    const [, bytes] =
      /chip\.inputBufferBytes: (\d+) would do, or use finer sets, or let what finds no room spill off the chip$/.exec(
        message,
      ) ?? [];
    const sized = (name: string, inputBufferBytes: number) => chipFile(name, { ...MESH, inputBufferBytes });
    const enough = await simulated(NET, '--arch', sized('enough', Number(bytes)), ...options);
    expect(Math.max(...enough.buffers.map(({ inputPeakBytes }) => inputPeakBytes))).toBeLessThanOrEqual(
      Number(bytes),
    );
    const less = await failure(1, 'simulate', NET, '--arch', sized('less', Number(bytes) - 1), ...options);
    expect(less).toContain(`chip.inputBufferBytes: ${bytes} would do`);
    const spilling = await simulated(NET, '--arch', small, ...options.slice(0, -1));
    expect(spilling.spill!.fetchedBits).toBeGreaterThan(0);
    for (const { inputPeakBytes } of spilling.buffers) expect(inputPeakBytes).toBeLessThanOrEqual(64);
    const { offChipBitsPerCycle: _, ...portless } = MESH;
    const withoutPort = chipFile('without-port', { ...portless, inputBufferBytes: 64 });
    expect(await failure(1, 'simulate', NET, '--arch', withoutPort, ...options.slice(0, -1))).toMatch(
      /would do, or use finer sets, or give chip\.offChipBitsPerCycle, so that what finds no room is stored off the chip$/,
    );
  });

  test('values spill though nothing has to with --spill always', async () => {
    const scarce = chipFile('scarce-buffers', { ...MESH, inputBufferBytes: 1300 });
    const options = ['--arch', scarce, '--pes', '12', '--granularity', 'row', '--duplication', 'greedy'];
    expect((await simulated(NET, ...options)).spill).toBeUndefined();
    expect(await simulated(NET, ...options, '--spill', 'needed')).toEqual(await simulated(NET, ...options));
    expect((await simulated(NET, ...options, '--spill', 'always')).spill!.fetchedBits).toBeGreaterThan(0);
    expect(await failure(2, 'simulate', NET, ...options, '--spill', 'never')).toMatch(/needed, always/);
  });

  test('buffers that no value fits, whatever spills: a layer, a set and the least size', async () => {
    const tiny = chipFile('tiny-buffers', { ...MESH, inputBufferBytes: 1 });
    expect(await failure(1, 'simulate', NET, '--arch', tiny, '--pes', '12', '--granularity', 'row')).toMatch(
      /: one pixel of the set in row \d+, column \d+ of conv2d\S* takes 16 bytes, and the input buffer of tile \d has 1; chip\.inputBufferBytes: 16 is the least that would do$/,
    );
  });

  test('both buffers too small for any value: both sizes, which do, and no smaller ones', async () => {
    const options = ['--pes', '12', '--granularity', 'row', '--arch'];
    const sized = (inputBufferBytes: number, outputBufferBytes: number) =>
      chipFile(`sized-${inputBufferBytes}-${outputBufferBytes}`, {
        ...MESH,
        inputBufferBytes,
        outputBufferBytes,
      });
    const message = await failure(1, 'simulate', NET, ...options, sized(1, 1));
    const [, input, output] =
      /the input buffer of tile \d has 1; one pixel of .*, and the output buffer of tile \d has 1; chip\.inputBufferBytes: (\d+) and chip\.outputBufferBytes: (\d+) are the least that would do$/.exec(
        message,
      ) ?? [];
    const [least, leastOutput] = [Number(input), Number(output)];
    const run = await simulated(NET, ...options, sized(least, leastOutput));
    expect(run.spill!.fetchedBits).toBeGreaterThanOrEqual(run.spill!.spilledBits);
    expect(await failure(1, 'simulate', NET, ...options, sized(least - 1, leastOutput))).toContain(
      `chip.inputBufferBytes: ${least} is the least`,
    );
    expect(await failure(1, 'simulate', NET, ...options, sized(least, leastOutput - 1))).toContain(
      `chip.outputBufferBytes: ${leastOutput} is the least`,
    );
  });

  test('a batch whose sets no memory holds', async () => {
    const outcome = await clsaCim('simulate', 'tinyyolov4', '--batch', '1048576');
    expect(outcome).toMatchObject({ status: 1, stdout: '' });
    expect(outcome.stderr).toMatch(
      /^clsa-cim: a batch of 1048576 has 300015419392 sets; [^\n]*use a smaller batch[^\n]*\n$/,
    );
  });
});

// By itself: it simulates the network again and again.
describe('buffers of a published chip that are too small', () => {
  test('TinyYOLOv4 on ISAAC: a cycle of layers and tiles, and a size that does', async () => {
    const message = await failure(1, 'simulate', 'tinyyolov4', '--arch', 'isaac', '--no-spill');
    expect(message).toMatch(
      /: at cycle \d+ conv2d_13 has no room for its results on tile \d+.*, where what conv2d_19 still reads of conv2d_13 takes [\d,]+ bytes of 65,536 bytes; conv2d_19 waits for values of conv2d_18, which waits, over \d more layers?, for conv2d_13; /,
    );
    const [, bytes] =
      /chip\.inputBufferBytes: (\d+)(?: at most)? would do, or let what finds no room spill off the chip$/.exec(
        message,
      ) ?? [];
    const isaac = findPreset('isaac')!;
    const path = join(folder, 'larger-isaac.yaml');
    const chip = { ...isaac.chip, inputBufferBytes: Number(bytes) };
    writeFileSync(path, architectureToYaml({ ...isaac, name: 'larger-isaac', chip }));
    const { buffers, spill } = await simulated('tinyyolov4', '--arch', path, '--no-spill');
    expect(spill).toBeUndefined();
    expect(Math.max(...buffers.map(({ inputPeakBytes }) => inputPeakBytes))).toBeLessThanOrEqual(
      Number(bytes),
    );
  });

  test('TinyYOLOv4 on ISAAC spills, unless that is forbidden', async () => {
    const { cycles, idealCycles, spill, buffers } = await simulated('tinyyolov4', '--arch', 'isaac');
    expect(cycles).toBeGreaterThan(idealCycles);
    expect(spill!.spilledBits).toBeGreaterThan(0);
    expect(spill!.fetchedBits).toBeGreaterThan(0);
    expect(Math.max(...buffers.map(({ inputPeakBytes }) => inputPeakBytes))).toBeLessThanOrEqual(2 ** 16);
  });
});
