import { expect, test } from 'vitest';
import { readArchitecture, simulate, zooNetwork } from '../../src/index.ts';
import { binsOf, meshAt, meshOverTimeOf } from '../../src/picture/mesh-over-time.ts';

const chip = readArchitecture(new URL('../../docs/examples/mesh.yaml', import.meta.url).pathname);
const simulation = simulate(zooNetwork('tinyyolov4'), chip, {
  granularity: 'row',
  keepPlacement: true,
  keepUse: true,
});

test('over all of the time tiles and links are as busy as the whole picture says', () => {
  const overTime = meshOverTimeOf(simulation)!;
  const { mesh, cycles, binCycles } = overTime;
  const lengths = Array.from({ length: binsOf(overTime) }, (_, bin) =>
    Math.min(binCycles, cycles - bin * binCycles),
  );
  const bins = lengths.map((_, bin) => meshAt(overTime, bin, 'work'));
  const mean = (share: (bin: number) => number) =>
    lengths.reduce((sum, length, bin) => sum + length * share(bin), 0) / cycles;
  expect(lengths.reduce((sum, length) => sum + length, 0)).toBe(cycles);
  mesh.tiles.forEach(({ busy }, tile) => {
    expect(mean((bin) => bins[bin]!.tiles[tile]!.busy)).toBeCloseTo(busy, 9);
  });
  mesh.links.forEach(({ utilization }, link) => {
    expect(mean((bin) => bins[bin]!.links[link]!.utilization)).toBeCloseTo(utilization, 9);
  });
});

test.each(['input', 'output'] as const)('the fullest %s buffer is as full as the simulation says', (side) => {
  const overTime = meshOverTimeOf(simulation)!;
  const most = Math.max(...simulation.buffers.map((buffer) => buffer[`${side}PeakBytes`]));
  expect(Math.ceil(overTime.fullestBits[side] / 8)).toBe(most);
  const shares = Array.from({ length: binsOf(overTime) }, (_, bin) => meshAt(overTime, bin, side));
  expect(Math.max(...shares.flatMap(({ tiles }) => tiles.map(({ busy }) => busy)))).toBe(1);
});

test('is not there where nothing was kept', () => {
  const { use: _, ...other } = simulation;
  expect(meshOverTimeOf(other)).toBeUndefined();
});
