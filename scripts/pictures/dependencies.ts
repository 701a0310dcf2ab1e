import { loadModel, prepare, readArchitecture, rectangle, Scheduler } from '../../src/index.ts';
import { timelineOfSchedule } from '../../src/picture/schedule-timeline.ts';
import { type LaneSet, SetReads } from '../../src/picture/set-reads.ts';
import { box, card, short, words } from './card.ts';

/** What is drawn: set 0 of the last of three layers, at pixel sets. */
export const DRAWN = { model: 'docs/examples/three-layers.cfg', lane: 2, set: 0 } as const;

/** The set that is drawn and all that it waits for, layer by layer, with the times of all sets. */
export function readSets() {
  const network = loadModel(DRAWN.model);
  const scheduler = new Scheduler(prepare(network, readArchitecture('paper')));
  const schedule = scheduler.schedule(scheduler.map(), { keepSets: true });
  const timeline = timelineOfSchedule(prepare(network, readArchitecture('paper')), schedule);
  scheduler.release();
  const reads = new SetReads(timeline);
  const layers: LaneSet[][] = [[{ lane: DRAWN.lane, set: DRAWN.set }]];
  for (let lane = DRAWN.lane; lane > 0; lane--) {
    const found = new Map(layers[0]!.flatMap((set) => reads.readBy(set)).map((set) => [set.set, set]));
    layers.unshift([...found.values()].toSorted((a, b) => a.set - b.set));
  }
  return { layers, sets: schedule.sets! };
}

const SIZE = 208;
const TOP = 74;
const GAP = 84;
const LEFT = 34;

/** The OFMs of three layers; what one set of the last one needs of the others. */
export function dependenciesPicture(): string {
  const { layers, sets } = readSets();
  const panels = layers.map((read, i) => panel(i, read, sets[i]!));
  const arrows = layers.slice(1).map((_, i) => {
    const x = LEFT + (i + 1) * (SIZE + GAP) - GAP + 14;
    const y = TOP + SIZE / 2;
    return `  <path class="arrow" d="M${x} ${y}h${GAP - 34}"/>\n  <path class="head" d="M${x + GAP - 28} ${y}l-9 -4.5v9z"/>\n`;
  });
  const last = sets[DRAWN.lane]!;
  const start = last.start(DRAWN.set);
  const note = words(
    LEFT,
    TOP + SIZE + 48,
    `The set on the right starts at cycle ${start}, as soon as the last of those it reads is finished; the grey ones it does not wait for.`,
  );
  const told = `Set ${DRAWN.set} of the third layer reads ${layers[1]!.length} sets of the second layer, and these read ${layers[0]!.length} of the first.`;
  const size = { width: 860, height: TOP + SIZE + 68 };
  return card({ ...size, title: 'What one set waits for', told }, [...panels, ...arrows, note].join(''));
}

function panel(
  i: number,
  read: readonly LaneSet[],
  sets: ReturnType<typeof readSets>['sets'][number],
): string {
  const left = LEFT + i * (SIZE + GAP);
  const cell = SIZE / sets.ofm.height;
  const taken = new Set(read.map(({ set }) => set));
  const cells = Array.from({ length: sets.count }, (_, k) => {
    const { x, y, width, height } = rectangle(sets, k);
    const name = taken.has(k) ? (i === DRAWN.lane ? 'b' : 'a') : 'idle';
    return box(`cell ${name}`, left + x * cell, TOP + y * cell, width * cell, height * cell);
  });
  const finish = Math.max(...read.map(({ set }) => sets.finish(set)));
  const counted = read.length === 1 ? `set ${read[0]!.set}` : `${read.length} of ${sets.count} sets`;
  return (
    words(left, TOP - 34, `layer ${i + 1}: ${sets.ofm.height} x ${sets.ofm.width}`, 'class="title"') +
    words(left, TOP - 14, counted) +
    cells.join('') +
    words(left, short(TOP + SIZE + 20), `finished at cycle ${finish}`, 'class="result"')
  );
}
