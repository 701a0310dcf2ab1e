import { expect, test } from 'vitest';
import { drawingOfSimulation } from '../../src/picture/drawing.ts';
import { meshOf, meshOverTimeOf } from '../../src/picture/mesh-over-time.ts';
import { plotSvg } from '../../src/plot/svg.ts';
import { markdown } from '../../src/report/markdown.ts';
import type { Printout } from '../../src/report/printout.ts';
import { simulationDetails, simulationText } from '../../src/report/simulation-table.ts';
import { type scarce, simulated } from '../scarce-chips.ts';
import { ReadFigure } from './figure.ts';

const chips = ['spilling', 'shared', 'inTurns', 'both'] as const;
const sum = (values: Iterable<number>) => [...values].reduce((all, value) => all + value, 0);

test.each(chips)('the plot of traffic has all that the simulation says, by layer: %s', (chip) => {
  const simulation = simulated[chip];
  const { traffic } = drawingOfSimulation(simulation);
  const bits = new Map([...traffic.parts, ...traffic.ways].map(({ name, bits: own }) => [name, sum(own)]));
  const { spill, weightBits = 0, sharedBuffer } = simulation;
  expect(bits.get('stored')).toBe(spill?.spilledBits);
  expect(bits.get('fetched back')).toBe(spill?.fetchedBits);
  expect(bits.get('weights') ?? 0).toBe(weightBits);
  expect(bits.get('through the shared buffer')).toBe(sharedBuffer && spill!.sharedBufferBits);
  if (sharedBuffer !== undefined)
    expect(bits.get('through the port')! + bits.get('through the shared buffer')!).toBe(
      spill!.spilledBits + spill!.fetchedBits + weightBits,
    );
  const figure = new ReadFigure(plotSvg({ traffic }, 'traffic'));
  expect(figure.rows().map(({ label }) => label)).toEqual(traffic.layers);
  for (const { name } of [...traffic.parts, ...traffic.ways]) expect(figure.texts).toContain(name);
  expect(figure.marks('part').length).toBe(traffic.parts.length + traffic.ways.length);
});

test.each(chips)('the plot of use has the port, and the shared buffer if there is one: %s', (chip) => {
  const { use, sharedBuffer } = simulated[chip];
  const drawing = drawingOfSimulation(simulated[chip]);
  const figure = new ReadFigure(plotSvg(drawing, 'use'));
  const rows = figure.rows().map(({ label }) => label);
  const { inputBusyCycles, outputBusyCycles } = use!.offChip;
  expect(rows.includes('port in')).toBe(sum(inputBusyCycles) > 0);
  expect(rows.includes('port out')).toBe(sum(outputBusyCycles) > 0);
  expect(rows.includes('shared')).toBe(sharedBuffer !== undefined);
  const group = drawing.use!.groups.find(({ kind }) => kind === 'shared buffer');
  expect(group && Math.ceil(group.most / 8)).toBe(sharedBuffer?.peakBytes);
});

test('a chip with room has no rows of these', () => {
  const { use, traffic } = drawingOfSimulation(simulated.ample);
  expect(use!.groups.map(({ kind }) => kind)).toEqual(['links', 'GPEUs', 'input buffers', 'output buffers']);
  expect([traffic.layers, meshOverTimeOf(simulated.ample)!.totals]).toEqual([[], []]);
  expect(meshOverTimeOf(simulated.ample)).not.toHaveProperty('offChip');
});

test.each(chips)(
  'the mesh shows what tiles spilled, fetched and wrote, and the port over time: %s',
  (chip) => {
    const simulation = simulated[chip];
    const overTime = meshOverTimeOf(simulation)!;
    const { spill, rounds, sharedBuffer, tiles } = simulation;
    const names = overTime.totals.map(({ name }) => name);
    expect(names.filter((name) => name.includes('bits')).length).toBe(spill === undefined ? 0 : 2);
    expect(names.some((name) => name.includes('written'))).toBe(rounds !== undefined);
    for (const total of overTime.totals) {
      const mesh = meshOf(overTime, total);
      expect(Math.max(...mesh.tiles.map(({ busy }) => busy))).toBe(1);
      expect(mesh.tilesShow).toBe(total.shown);
      for (const { tile, spill: own, writtenPes = 0 } of tiles) {
        const found = [own?.spilledBits ?? 0, own?.fetchedBits ?? 0, writtenPes];
        const which = ['spilled', 'fetched', 'written'].findIndex((word) => total.name.includes(word));
        expect(total.values[tile]).toBe(found[which]);
      }
    }
    const { input, shared } = overTime.offChip!;
    expect(Math.max(...input)).toBeLessThanOrEqual(1);
    expect(shared && [shared.bytes, Math.ceil(Math.max(...shared.peakBits) / 8)]).toEqual(
      sharedBuffer && [sharedBuffer.bytes, sharedBuffer.peakBytes],
    );
  },
);

/** Heads of the tables of a simulation. */
const heads = (printout: Printout) =>
  printout.flatMap((block) => (typeof block === 'object' && block.kind === 'table' ? [block.heads] : []));

test('tables tell of layers and tiles what spilled and was written, where something did', () => {
  const tables = (chip: keyof typeof scarce) => heads(simulationDetails(simulated[chip]));
  const has = (chip: keyof typeof scarce, head: string) => tables(chip).some((all) => all.includes(head));
  expect(chips.map((chip) => has(chip, 'spilled bits'))).toEqual([true, true, false, true]);
  expect(chips.map((chip) => has(chip, 'in the shared buffer'))).toEqual([false, true, false, true]);
  expect(chips.map((chip) => has(chip, 'PEs written'))).toEqual([false, false, true, true]);
  for (const head of ['spilled bits', 'in the shared buffer', 'PEs written'])
    expect(has('ample', head)).toBe(false);
  const { inputs, layers, spill } = simulated.spilling;
  const block = simulationDetails(simulated.spilling).find(
    (each) => typeof each === 'object' && each.kind === 'table' && each.heads[0] === 'most spilling layers',
  ) as Extract<Printout[number], { kind: 'table' }>;
  const all = [...inputs, ...layers].filter((each) => each.spill!.spilledBits + each.spill!.fetchedBits > 0);
  expect(block.rows.map(([name]) => name).toSorted()).toEqual(all.map(({ name }) => name).toSorted());
  expect(sum(block.rows.map(([, stored]) => Number(stored)))).toBe(spill!.spilledBits);
  expect(markdown(simulationText(simulated.both))).toContain('most written layers');
});
