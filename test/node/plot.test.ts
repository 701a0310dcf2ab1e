import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { ClsaCimError } from '../../src/errors.ts';
import { type PlotKind, plotPng, plotSvg } from '../../src/node/plot.ts';
import { plotSvg as drawnSvg } from '../../src/plot/svg.ts';
import { drawingOfSweep, sweep } from '../../src/sweep/index.ts';
import { scheduled, swept } from '../plot/drawings.ts';

const { drawing } = scheduled('tinyyolov3');
const folder = mkdtempSync(join(tmpdir(), 'clsa-cim-plots-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('plots are those of the command line', async () => {
  expect(plotSvg(drawing, 'copies')).toBe(drawnSvg(drawing, 'copies'));
  expect(plotSvg(drawing, 'copies', { widthPoints: 100 })).toContain('width="100pt"');
  const png = await plotPng(drawing, 'copies');
  expect(Buffer.from(png.subarray(1, 4)).toString()).toBe('PNG');
  expect(Buffer.from(png).readUInt32BE(16)).toBe(3.5 * 300);
  expect(await plotPng(drawing, 'copies')).toEqual(png);
});

test('a sweep in a directory is drawn, with its front', async () => {
  const spec = { models: ['tinyyolov3'], product: { extraPes: [0, 8, 16], granularity: 'row' } };
  const out = join(folder, 'sweep');
  for await (const { error } of sweep(spec, { out, workers: 1 })) expect(error).toBeUndefined();
  const drawn = drawingOfSweep(out);
  expect(drawn.sweep).toMatchObject({ points: 3, shown: 3, pareto: ['latencyNs', 'totalPes'] });
  expect(drawn.sweep.isOnFront).toEqual([true, true, true]);
  expect(plotSvg(drawn, 'parameter', { x: 'extraPes', y: 'speedup' })).toContain('highest speedup');
  expect(() => drawingOfSweep(folder)).toThrow(/give a directory that a sweep has written/);
});

const wrong: [string, () => unknown, RegExp][] = [
  [
    'a kind',
    () => plotSvg(drawing, 'copie' as PlotKind),
    /plotSvg: no kind of plot .* did you mean "copies"\?/,
  ],
  ['a picture', () => plotSvg(drawing, 'energy'), /kind energy is drawn of the picture energy/],
  ['an option', () => plotSvg(drawing, 'copies', { widht: 3 } as object), /widht: unknown option/],
  ['a width', () => plotSvg(drawing, 'copies', { widthPoints: Number.NaN }), /points above 0, found NaN/],
  ['axes of a kind', () => plotSvg(drawing, 'copies', { x: 'a' }), /axes of kind copies cannot be chosen/],
  ['a column', () => plotSvg(swept(), 'pareto', { y: 'speed' }), /y: no metric .*did you mean "speedup"\?/],
];
test.each(wrong)('%s that there is not is told', (_, draw, message) => {
  expect(draw).toThrow(message);
  expect(draw).toThrow(ClsaCimError);
});
