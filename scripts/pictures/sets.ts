import { type Granularity, loadModel, readArchitecture, rectangle, schedule } from '../../src/index.ts';
import { formatGranularity } from '../../src/workload/granularity.ts';
import { box, card, words } from './card.ts';

/** What is drawn: the first layer, with three PEs more than the network needs. */
export const DRAWN = { model: 'docs/examples/three-layers.cfg', extraPes: 3 } as const;

/** The sets of the first layer at one granularity. */
export function setsOf(granularity: Granularity) {
  const { model, extraPes } = DRAWN;
  const chip = readArchitecture('paper');
  return schedule(loadModel(model), chip, { extraPes, granularity, keepSets: true }).sets![0]!;
}

/** The ways to cut it. */
export const GRANULARITIES: readonly Granularity[] = ['pixel', { height: 4, width: 4 }, 'row'];

const CELL = 15;
const TOP = 64;
const COLOURS = ['a', 'b', 'c', 'd'];

/** An OFM cut into sets in three ways, each set in the colour of its copy. */
export function setsPicture(): string {
  const panels = GRANULARITIES.map((granularity, i) => panel(granularity, 24 + i * 276));
  const { ofm, copies } = setsOf('row');
  const size = `${ofm.height} x ${ofm.width}`;
  const bottom = TOP + ofm.height * CELL;
  const legend = COLOURS.slice(0, copies).map((colour, copy) => {
    const x = 24 + copy * 90;
    return box(`cell ${colour}`, x, bottom + 20, 15, 15) + words(x + 22, bottom + 32, `copy ${copy}`);
  });
  const note = words(
    24 + copies * 90,
    bottom + 32,
    `Numbers: the order of the sets. Set k runs on copy k mod ${copies}.`,
  );
  const told = `The OFM of a layer, ${size}, cut into pixels, blocks of 4 x 4 and rows; its sets go to ${copies} copies by turns.`;
  const drawing = [...panels, ...legend, note].join('');
  return card(
    { width: 860, height: bottom + 54, title: 'One OFM, three ways to cut it into sets', told },
    drawing,
  );
}

function panel(granularity: Granularity, left: number): string {
  const sets = setsOf(granularity);
  const cells = Array.from({ length: sets.count }, (_, k) => {
    const { x, y, width, height } = rectangle(sets, k);
    const [at, top] = [left + x * CELL, TOP + y * CELL];
    const cell = box(`cell ${COLOURS[sets.copy(k)!]}`, at, top, width * CELL, height * CELL);
    if (width === 1 && height === 1) return cell;
    const middle = words(
      at + (width * CELL) / 2,
      top + (height * CELL) / 2 + 4,
      `${k}`,
      'class="small in" text-anchor="middle"',
    );
    return cell + middle;
  });
  const count = words(left, TOP - 12, `${sets.count} sets of ${sets.setHeight} x ${sets.setWidth}`);
  return words(left, TOP - 32, formatGranularity(granularity), 'class="title"') + count + cells.join('');
}
