import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseHTML } from 'linkedom';
import { expect, test } from 'vitest';
import { conceptPictures } from '../../scripts/concept-pictures.ts';
import { cyclesOverPes } from '../../scripts/pictures/copies.ts';
import { DRAWN, readSets } from '../../scripts/pictures/dependencies.ts';
import { layerTimes } from '../../scripts/pictures/movement.ts';
import { GRANULARITIES, setsOf } from '../../scripts/pictures/sets.ts';
import { root } from './documents.ts';

const drawn = (name: string) => parseHTML(readFileSync(join(root, 'docs/pictures', name), 'utf8')).document;

test.each(Object.keys(conceptPictures))('docs/pictures/%s is of what is computed today', (name) => {
  const path = join(root, 'docs/pictures', name);
  const picture = conceptPictures[name]!();
  if (process.env.UPDATE_DOCS === '1') {
    mkdirSync(join(root, 'docs/pictures'), { recursive: true });
    writeFileSync(path, picture);
  }
  expect(readFileSync(path, 'utf8'), 'UPDATE_DOCS=1 makes it anew').toBe(picture);
});

test('sets: every set is drawn once, and set k in the colour of copy k mod 4', () => {
  const counts = GRANULARITIES.map((granularity) => setsOf(granularity).count);
  expect(counts).toEqual([256, 16, 16]);
  const rows = [...drawn('sets.svg').querySelectorAll('.cell')].slice(256 + 16, 256 + 16 + 16);
  expect(rows.map((cell) => cell.getAttribute('class'))).toEqual(
    Array.from({ length: 16 }, (_, k) => `cell ${'abcd'[k % 4]}`),
  );
});

test('dependencies: a set starts when the last of those that it reads is finished', () => {
  const { layers, sets } = readSets();
  const last = sets[DRAWN.lane]!;
  const finishes = layers[1]!.map(({ set }) => sets[1]!.finish(set));
  expect(last.start(DRAWN.set)).toBe(Math.max(...finishes));
  // In the corner 2 x 2 of a window of 3 x 3, behind a pooling of 2 x 2.
  expect(layers[1]!.length).toBe(16);
  const cells = [...drawn('dependencies.svg').querySelectorAll('.cell')];
  expect(cells.filter((cell) => cell.getAttribute('class') === 'cell a')).toHaveLength(
    layers[0]!.length + layers[1]!.length,
  );
});

test('copies: more PEs never make it slower than without, nor faster than the slowest layer', () => {
  const points = cyclesOverPes();
  for (const { cycles, slowest } of points) {
    expect(cycles).toBeGreaterThanOrEqual(slowest);
    expect(cycles).toBeLessThanOrEqual(points[0]!.cycles);
  }
});

test('movement: every layer of the simulation ends later than in the schedule', () => {
  const { free, played } = layerTimes();
  expect(free.spans.size).toBe(21);
  for (const [name, { end }] of free.spans) expect(played.spans.get(name)!.end, name).toBeGreaterThan(end);
});
