import { describe, expect, test } from 'vitest';
import { Engine } from '../../src/engine/engine.ts';
import { ALL, type Reads, SAME, shift } from '../../src/network/reads.ts';
import type { Granularity } from '../../src/workload/granularity.ts';
import { lower } from '../../src/workload/problem.ts';
import { referenceAnalysis, referenceTimes } from '../reference/reference.ts';
import { type LayerDraft, networkOf } from './agreement.ts';

/**
 * Every vector loop at every width and number of copies: maps of random networks are narrow, and copies are
 * what the loops differ by.
 */
const WIDTHS = Array.from({ length: 40 }, (_, i) => i + 1);
const COPIES = Array.from({ length: 20 }, (_, i) => i + 1);
const ROWS = 3;

const window = (kernel: number, stride = 1, padding = 0): Reads => ({
  kind: 'window',
  kernel,
  stride,
  dilation: 1,
  padding,
});
const list = (positions: readonly number[]): Reads => ({ kind: 'list', positions });
const range = (width: number) => Array.from({ length: width }, (_, x) => x);

/** How the columns of a layer of `width` sets run through those of its source. */
const PATTERNS: Record<string, (width: number) => { from: number; columns: Reads }> = {
  identity: (width) => ({ from: width, columns: SAME }),
  'contiguous with a tail': (width) => ({ from: width, columns: window(5, 1, 2) }),
  'contiguous with a longer tail': (width) => ({ from: width, columns: window(13, 1, 6) }),
  'contiguous from further right': (width) => ({ from: width + 3, columns: shift(2) }),
  'contiguous behind a margin that reads nothing': (width) => ({ from: width, columns: shift(-2) }),
  'contiguous before a margin that reads nothing': (width) => ({ from: width, columns: shift(2) }),
  'stride 2': (width) => ({ from: 2 * width + 1, columns: window(3, 2) }),
  'stride 2 with a tail': (width) => ({ from: 2 * width, columns: window(7, 2, 3) }),
  doubled: (width) => ({ from: Math.ceil(width / 2), columns: list(range(width).map((x) => x >> 1)) }),
  'doubled with a tail': (width) => ({
    from: width,
    columns: list(range(width).map((x) => (x < width - 2 ? x >> 1 : x))),
  }),
  any: (width) => ({ from: width, columns: list(range(width).map((x) => x - (x % 3))) }),
  decreasing: (width) => ({ from: width, columns: list(range(width).map((x) => width - 1 - x)) }),
  'up and down': (width) => ({ from: width, columns: list(range(width).map((x) => (x * 7) % width)) }),
  everything: (width) => ({ from: width, columns: ALL }),
};

/**
 * Sources with uneven times: each reads another in no order, with copies of its own. A standing network has
 * the patterns along its one column of sets instead of along its rows.
 */
function networkWith(
  pattern: { from: number; columns: Reads },
  width: number,
  sources: number,
  standing: boolean,
) {
  const jumps = list(range(pattern.from).map((x) => (x * 5) % pattern.from));
  const map = (along: number) => (standing ? { height: along, width: 1 } : { height: ROWS, width: along });
  const read = (from: number, along: Reads, across: Reads) =>
    standing ? ([from, along, SAME] as const) : ([from, across, along] as const);
  const last = [read(3, SAME, shift(-1)), read(1, pattern.columns, SAME), read(2, SAME, SAME)];
  const drafts: LayerDraft[] = [
    { ...map(pattern.from), base: true },
    { ...map(pattern.from), base: true, inputs: [read(0, jumps, SAME)] },
    { ...map(width), base: true, inputs: [read(0, pattern.columns, SAME)] },
    { ...map(width), base: true, inputs: [read(1, pattern.columns, SAME)] },
    { ...map(width), base: true, inputs: last.slice(0, sources) },
  ];
  return networkOf(drafts);
}

const cases: [string, Granularity, boolean][] = [
  ['single pixels', 'pixel', false],
  ['blocks of which the last row is cut', { height: 2, width: 1 }, false],
  ['whole columns', { height: 3, width: 1 }, false],
  ['one column', 'pixel', true],
];

describe.each(cases)('vectors of sets: %s', (_, granularity, standing) => {
  test.each(Object.entries(PATTERNS))('%s', (_, pattern) => {
    const engine = new Engine();
    for (const width of WIDTHS) {
      const network = networkWith(pattern(width), width, 1 + (width % 3), standing);
      const analysis = referenceAnalysis(network, granularity);
      const problem = lower(network, granularity);
      for (const d of COPIES) {
        const copies = [1 + (d % 4), 1 + ((d * width) % 5), d, d, d];
        engine.load(problem.words);
        // Every other time MVMs overlap.
        for (const resultCycles of d % 2 === 0 ? [1] : [1, 1 + width]) {
          const { layers } = referenceTimes(analysis, copies, 1, resultCycles);
          engine.setResultDelay(resultCycles - 1);
          engine.schedule(copies);
          const found = problem.baseLayers.map((layer) => Array.from(engine.finishes(layer)));
          expect(found, `${width} sets a line, copies [${copies}], results after ${resultCycles}`).toEqual(
            layers.map(({ finish }) => finish),
          );
        }
      }
    }
  });
});
