import { expect, test } from 'vitest';
import { plotSvg } from '../../src/plot/svg.ts';
import { searched, simulated, swept } from './drawings.ts';
import { ReadFigure, rectangles, shapes } from './figure.ts';

const { simulation, drawing } = simulated();

/** By row the length of its bar, in the values of the axis. */
function lengths(figure: ReadFigure, part: Element, axis = 0): number[] {
  const rows = figure.rows();
  const distance = rows[1]!.y - rows[0]!.y;
  const bars = rectangles(part).map(({ x1, x2, y1, y2 }) => ({ x1, x2, y: (y1 + y2) / 2 }));
  const valueAt = figure.across(axis);
  return rows.map(({ y }) => {
    const bar = bars.find((one) => Math.abs(one.y - y) < distance / 2);
    return bar === undefined ? 0 : valueAt(bar.x2) - valueAt(bar.x1);
  });
}

/** Demands numbers that are the same but for what some hundredths of a point are on a scale that goes to `most`. */
function expectNear(
  found: readonly number[],
  expected: readonly number[],
  most = Math.max(...expected),
): void {
  expect(found.length).toBe(expected.length);
  const far = found.filter((value, i) => Math.abs(value - expected[i]!) > most / 2000);
  expect(far).toEqual([]);
}

test('the plot of waits has the cycles of every cause', () => {
  const figure = new ReadFigure(plotSvg(drawing, 'waits'));
  const parts = figure.marks('part');
  const causes = drawing.stalls!.causes.filter(({ waitCycles }) => waitCycles.some((cycles) => cycles > 0));
  expect(parts.length).toBe(causes.length);
  causes.forEach(({ name, isBetweenStarts, waitCycles }, i) => {
    expect(figure.texts).toContain(`waits for ${name}`);
    const most = causes
      .filter((cause) => cause.isBetweenStarts === isBetweenStarts)
      .reduce((sum, cause) => sum + Math.max(...cause.waitCycles), 0);
    expectNear(lengths(figure, parts[i]!, isBetweenStarts ? 0 : 1), waitCycles, most);
  });
  const data = causes.find(({ name }) => name === 'data')!;
  expect(data.waitCycles).toEqual(simulation.layers.map(({ waitDataCycles }) => waitDataCycles));
});

test('the plot of energy has that of every layer and component', () => {
  const figure = new ReadFigure(plotSvg(drawing, 'energy'));
  const { components } = drawing.energy!;
  const sum = components.reduce((total, { byRowPj }) => total + byRowPj.reduce((all, pj) => all + pj, 0), 0);
  expect(sum / simulation.energyPj.total!).toBeCloseTo(1, 9);
  const sorted = components
    .filter(({ energyPj }) => energyPj > 0)
    .toSorted((a, b) => b.energyPj - a.energyPj);
  expect(figure.texts).toContain('energy (µJ)');
  figure.marks('part').forEach((part, i) => {
    expect(figure.texts).toContain(sorted[i]!.name);
    expectNear(
      lengths(figure, part),
      sorted[i]!.byRowPj.map((pj) => pj / 1e6),
      Math.max(...sorted[0]!.byRowPj) / 1e6,
    );
  });
});

test('the plot of the mesh has all tiles, and the links that were used', () => {
  const figure = new ReadFigure(plotSvg(drawing, 'mesh'));
  expect(figure.marks('tiles').flatMap(rectangles).length).toBe(drawing.mesh!.tiles.length);
  const arrows = figure.marks('links').flatMap((path) => path.getAttribute('d')!.match(/M/g) ?? []);
  expect(arrows.length).toBe(simulation.links.length * 2);
});

test('the plot of use has what is used most, when it is used', () => {
  const figure = new ReadFigure(plotSvg(drawing, 'use'));
  const { groups, cycles, binCycles } = drawing.use!;
  expect(figure.rows().map(({ label }) => label)).toEqual(
    groups.flatMap(({ members }) => members.map(({ name }) => name)),
  );
  const { links, tiles } = simulation.use!;
  expect(groups.map(({ kind, used }) => [kind, used])).toEqual([
    ['links', links.length],
    ['GPEUs', tiles.filter(({ gpeuBusyCycles }) => gpeuBusyCycles.some((busy) => busy > 0)).length],
    ['input buffers', tiles.filter(({ inputPeakBits }) => inputPeakBits.some((bits) => bits > 0)).length],
    ['output buffers', tiles.filter(({ outputPeakBits }) => outputPeakBits.some((bits) => bits > 0)).length],
  ]);
  const [busiest] = simulation.links.toSorted((a, b) => b.utilization - a.utilization);
  const [link] = groups[0]!.members;
  expect(link!.name).toBe(`link ${busiest!.from} to ${busiest!.to}`);
  const lengthOf = (bin: number) => Math.min(binCycles, cycles - bin * binCycles);
  const held = link!.values.reduce((sum, share, bin) => sum + share * lengthOf(bin), 0);
  expect(held / cycles).toBeCloseTo(busiest!.utilization, 9);
  const top = figure.rows()[0]!.y;
  const drawn = figure
    .marks('links')
    .flatMap(rectangles)
    .filter(({ y1, y2 }) => y1 < top && top < y2);
  const shown = drawn.reduce((sum, { x1, x2 }) => sum + figure.across()(x2) - figure.across()(x1), 0);
  const used = link!.values.reduce((sum, share, bin) => sum + (share > 0 ? lengthOf(bin) : 0), 0);
  expect(Math.abs(shown - used) / cycles).toBeLessThan(0.01);
  expect(simulation.tiles.length).toBeGreaterThan(8);
  expect(figure.texts.join(' ')).toMatch(/8 of \d+ links, up to [\d.]+ % of the time/);
});

test('the plot of a search has its steps', () => {
  const figure = new ReadFigure(plotSvg(searched, 'search'));
  const [best, bound] = figure.marks('line').map((line) => {
    const d = line.querySelector('path')!.getAttribute('d')!;
    const numbers = [...d.matchAll(/(-?[\d.]+),(-?[\d.]+)/g)];
    return numbers.map(([, x, y]) => [figure.across()(Number(x)), figure.up()(Number(y))]);
  });
  const values = (points: number[][]) => [
    ...new Set(points.map(([, value]) => Math.round(value! / 10) * 10)),
  ];
  expect(values(best!)).toEqual([5000, 4600, 4000]);
  expect(values(bound!)).toEqual([3000, 3900]);
  expect(Math.round(best!.at(-1)![0]!)).toBe(1000);
});

test('the plot of a front has its points', () => {
  const drawn = swept();
  const figure = new ReadFigure(plotSvg(drawn, 'pareto'));
  const { metrics, isOnFront, series } = drawn.sweep!;
  const metricAt = (name: string) => metrics.find((metric) => metric.name === name)!.values;
  for (const [number, model] of ['one', 'two'].entries()) {
    const front = isOnFront.flatMap((is, i) => (is && series[i] === model ? [i] : []));
    const drawnAt = shapes(figure.marks('series')[number]!).map(({ x, y }) => [
      figure.across()(x),
      figure.up()(y),
    ]);
    const expected = front.map((i) => [
      metricAt('totalPes')[i] as number,
      (metricAt('latencyNs')[i] as number) / 1e6,
    ]);
    expectNear(drawnAt.map(([x]) => x!).toSorted(), expected.map(([x]) => x!).toSorted());
    const down = (values: number[]) => values.toSorted((a, b) => b - a);
    expectNear(down(drawnAt.map(([, y]) => y!)), down(expected.map(([, y]) => y!)));
  }
});
