import { describe, expect, test } from 'vitest';
import type { Drawing } from '../../src/picture/drawing.ts';
import { type PlotKind, plotKinds } from '../../src/plot/kinds.ts';
import { tickLabel, tickLabels, wholeTicks } from '../../src/plot/label.ts';
import { COLUMN_POINTS, PAGE_POINTS } from '../../src/plot/look.ts';
import { rowNames } from '../../src/plot/row-names.ts';
import { plotSvg } from '../../src/plot/svg.ts';
import { renamed, scheduled, searched, simulated, swept } from './drawings.ts';
import { ReadFigure } from './figure.ts';

const kinds = Object.keys(plotKinds) as PlotKind[];
const short: Drawing = {
  ...scheduled('tinyyolov4').drawing,
  ...simulated().drawing,
  ...swept(['one', 'two', 'three', 'four', 'five', 'six', 'seven']),
  ...searched,
};
const { sweep } = short;
const total = 'energyPj.totalOfTheChip';
const long: Drawing = renamed(
  {
    ...short,
    sweep: {
      ...sweep!,
      metrics: sweep!.metrics.map((metric) => ({
        ...metric,
        ...(metric.name === 'totalPes' && { name: total }),
      })),
      pareto: ['latencyNs', total],
    },
  },
  (name) => `model/backbone/stage.1/of_the_export/${name}/Conv2D_and_batchnorm`,
);
const many = { ...short, ...scheduled('resnet152').drawing };

describe.each(kinds)('texts of %s', (kind) => {
  const widths = [
    ['40 mm', (40 / 25.4) * 72],
    ['a column', COLUMN_POINTS],
    ['a page', PAGE_POINTS],
    ['300 mm', (300 / 25.4) * 72],
  ] as const;
  test.each(widths)('are not cut off by the edge of a figure as wide as %s', (_, width) => {
    for (const drawing of [short, long, many]) {
      const boxes = new ReadFigure(plotSvg(drawing, kind, { widthPoints: width })).textBoxes();
      expect(boxes.length).toBeGreaterThan(0);
      expect(boxes.filter(({ left, right }) => left < -1 || right > width + 1)).toEqual([]);
    }
  });

  test.each(widths.slice(1))('are not written over each other where it is as wide as %s', (_, width) => {
    for (const drawing of [short, long, many]) {
      const boxes = new ReadFigure(plotSvg(drawing, kind, { widthPoints: width })).textBoxes();
      const over = boxes.flatMap((a, i) =>
        boxes
          .slice(i + 1)
          .filter((b) => Math.abs(a.y - b.y) < 5 && a.left < b.right - 1 && b.left < a.right - 1)
          .map((b) => `${a.text} over ${b.text}`),
      );
      expect(over).toEqual([]);
    }
  });
});

describe('names of rows', () => {
  const blocks = Array.from({ length: 4 }, (_, i) =>
    ['attention.self.query', 'attention.output.dense', 'output.dense'].map(
      (part) => `encoder.layer.${i}.${part}`,
    ),
  ).flat();

  test('are cut in the middle where that tells them apart', () => {
    expect(rowNames(['a_long_name_of_one', 'b_long_name_of_two'], 8)).toEqual(['a_l…_one', 'b_l…_two']);
    expect(rowNames(['short', 'names'], 8)).toEqual(['short', 'names']);
  });

  test('go without what they have in common where only the rest tells them apart', () => {
    const names = rowNames([...blocks, 'pooler.dense'], 14);
    expect(new Set(names).size).toBe(names.length);
    expect(names[0]).toBe('…0.att…f.query');
    expect(names.slice(0, 12).every((name) => name.startsWith('…'))).toBe(true);
    expect(names.at(-1)).toBe('pooler.dense');
    for (const name of names) expect(name.length).toBeLessThanOrEqual(14);
  });

  test('that differ in the middle only do so when they are cut', () => {
    const names = Array.from({ length: 20 }, (_, i) => `model/backbone/conv_${i}/kernel/of/the/weights`);
    expect(new Set(rowNames(names, 10)).size).toBe(20);
  });

  test('may be anything', () => {
    expect(rowNames([], 10)).toEqual([]);
    expect(rowNames(['', '', '.', '...', './.'], 4)).toEqual(['', '', '.', '...', './.']);
    const huge = ['a', 'b'].map((end) => `${'x/'.repeat(50_000)}${end}`);
    expect(new Set(rowNames(huge, 10)).size).toBe(2);
  });
});

test('what is counted has whole numbers on its axis', () => {
  expect(wholeTicks(1, 5)).toEqual([0, 1]);
  expect(wholeTicks(3, 8)).toEqual([0, 1, 2, 3]);
  const copies = {
    ...short.copies!,
    bottleneck: 0,
    layers: [{ ...short.copies!.layers[0]!, pes: 1, copies: 1 }],
  };
  const { texts } = new ReadFigure(plotSvg({ copies }, 'copies'));
  expect(texts.filter((text) => /^[\d.]+$/.test(text))).toEqual(['0', '1']);
});

test('a tile alone has no links in its legend', () => {
  const { mesh } = short;
  const alone = { ...mesh!, columns: 1, rows: 1, offChipTile: 0, tiles: mesh!.tiles.slice(0, 1), links: [] };
  const { texts } = new ReadFigure(plotSvg({ mesh: alone }, 'mesh'));
  expect(texts.join()).not.toContain('links');
});

test('labels of ticks have as many digits as tell them apart', () => {
  const labels = (...ticks: number[]) => [...tickLabels(ticks, tickLabel).values()];
  expect(labels(123_456_700, 123_456_750)).toEqual(['123.4567M', '123.45675M']);
  expect(labels(0, 0.1, 0.2)).toEqual(['0', '0.1', '0.2']);
  expect(labels(1e6, 2e6)).toEqual(['1M', '2M']);
});
