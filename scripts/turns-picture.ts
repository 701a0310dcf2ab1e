/**
 * docs/turns.svg, the picture of docs/reload.md: docs/examples/three-layers.cfg on a chip that is one PE too small, two inferences
 * in groups of one, with `barrier` and with `rolling`. test/docs/turns-picture.test.ts holds that it is up to date.
 */
import { loadModel, readArchitecture, type Schedule, schedule } from '../src/index.ts';
import type { Reload } from '../src/schedule/turn-options.ts';

/** What is drawn. */
export const PICTURED = {
  model: 'docs/examples/three-layers.cfg',
  pes: 5,
  writeCycles: 16,
  inferences: 2,
} as const;

const LEFT = 150;
const PIXELS_PER_CYCLE = 2;
const LANE = 12;
const LAYER_GAP = 8;
const RIGHT = LEFT + 310 * PIXELS_PER_CYCLE;
const PANEL = 190;

/** Sets of a copy in a group, and the writes of its PEs before them. */
interface Residency {
  readonly layer: number;
  readonly group: number;
  readonly copy: number;
  readonly pes: number;
  readonly sets: readonly (readonly [start: number, finish: number])[];
  /** When its last PE is written. */
  readonly ready: number;
}

/** From when to when a PE is written. */
export type Write = readonly [start: number, written: number];

/** The schedule of one panel, with its copies in the order of writing. */
export function picturedSchedule(reload: Reload): { result: Schedule; residencies: readonly Residency[] } {
  const { model, pes, writeCycles, inferences } = PICTURED;
  const paper = readArchitecture('paper');
  const chip = { ...paper, peWriteNs: writeCycles * 1400 };
  const result = schedule(loadModel(model), chip, {
    ...{ pes, reload, batch: inferences, group: 1, granularity: 'row', keepSets: true },
  });
  const groups = Array.from({ length: inferences }, (_, group) => group);
  const residencies = groups.flatMap((group) =>
    result.sets!.flatMap((sets, layer) => {
      const count = sets.count / inferences;
      const own = Array.from({ length: count }, (_, k) => group * count + k);
      return Array.from({ length: sets.copies }, (_, copy) => ({
        ...{ layer, group, copy, pes: result.layers[layer]!.pes, ready: sets.ready![group]![copy]! },
        sets: own.filter((k) => sets.copy(k) === copy).map((k) => [sets.start(k), sets.finish(k)] as const),
      }));
    }),
  );
  return { result, residencies };
}

/**
 * When each PE is written, copy by copy: section 9 of docs/spec.md to the letter, with all PEs written at the same time where they
 * are free. PEs that were written before the start have no entry.
 */
export function writesOf(reload: Reload, result: Schedule, residencies: readonly Residency[]): Write[][] {
  return reload === 'barrier' ? barrierWrites(result, residencies) : rollingWrites(residencies);
}

function barrierWrites(result: Schedule, residencies: readonly Residency[]): Write[][] {
  const roundOf = (layer: number) =>
    result.rounds!.findIndex(({ layers }) => layers.includes(result.layers[layer]!.name));
  const finish = (some: readonly Residency[]) => Math.max(0, ...some.flatMap(({ sets }) => sets.at(-1)![1]));
  const step = ({ group, layer }: Residency) => group * result.roundCount! + roundOf(layer);
  return residencies.map((residency) => {
    if (step(residency) === 0) return [];
    const begin = finish(residencies.filter((other) => step(other) < step(residency)));
    return Array.from({ length: residency.pes }, () => [begin, begin + PICTURED.writeCycles] as const);
  });
}

function rollingWrites(residencies: readonly Residency[]): Write[][] {
  const free = new Array<number>(PICTURED.pes).fill(0);
  let n = 0;
  let last = 0;
  return residencies.map(({ pes, sets }) => {
    const writes: Write[] = [];
    for (let pe = 0; pe < pes; pe++, n++) {
      if (n < PICTURED.pes) continue;
      last = Math.max(last, free.toSorted((a, b) => a - b)[n]!);
      writes.push([last, last + PICTURED.writeCycles]);
    }
    free.push(...new Array<number>(pes).fill(sets.at(-1)![1]));
    return writes;
  });
}

/** The picture. */
export function turnsPicture(): string {
  const panels = (['barrier', 'rolling'] as const).map((reload, i) => panel(reload, i * PANEL));
  const [barrier, rolling] = panels.map(({ cycles }) => cycles);
  const { pes, writeCycles } = PICTURED;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 860 450" width="860" height="450" role="img" aria-labelledby="turns-title turns-text">
  <title id="turns-title">Three layers that take turns on ${pes} PEs, written round by round and as soon as a PE is free</title>
  <desc id="turns-text">Two rounds, two inferences one after the other. Where a round is written when the one before it is finished they take ${barrier} cycles, where a PE is written as soon as it is free ${rolling}.</desc>
  <!-- Made by scripts/turns-picture.ts; UPDATE_DOCS=1 npx vitest run test/docs/turns-picture.test.ts makes it anew. -->
  <style>
    text { font-family: system-ui, -apple-system, "Segoe UI", "Noto Sans", Helvetica, Arial, sans-serif; font-size: 13px; fill: #59636e }
    .title, .result { font-size: 15px; font-weight: 600; fill: #1f2328 }
    .card { fill: #ffffff; stroke: #d0d7de }
    .idle { fill: #eff2f5 }
    .sets, .write { stroke: #ffffff; stroke-width: 1.5 }
    .round-1 { fill: #4a8fd4 }
    .round-2 { fill: #e8963a }
    .inference-2 { fill-opacity: 0.6 }
    .write { fill: #6e7781 }
    .end { stroke: #1f2328; fill: none; stroke-dasharray: 3 3 }
    @media (prefers-color-scheme: dark) {
      text { fill: #9198a1 }
      .title, .result { fill: #e6edf3 }
      .card { fill: #0d1117; stroke: #3d444d }
      .idle { fill: #1e242c }
      .sets, .write { stroke: #0d1117 }
      .write { fill: #afb8c1 }
      .end { stroke: #e6edf3 }
    }
  </style>
  <rect class="card" x="0.5" y="0.5" width="859" height="449" rx="8"/>
${panels.map(({ drawing }) => drawing).join('')}${legend(2 * PANEL + 24, writeCycles)}</svg>
`;
}

function panel(reload: Reload, top: number): { cycles: number; drawing: string } {
  const { result, residencies } = picturedSchedule(reload);
  const writes = writesOf(reload, result, residencies);
  const title = {
    barrier: ['barrier', 'a round is written when the one before it is finished'],
    rolling: ['rolling', 'a PE is written as soon as one is free'],
  }[reload];
  const tops = layerTops(result, top + 50);
  const bottom = tops.at(-1)! - LAYER_GAP;
  const lanes = result.layers.map(({ pes, copies }, layer) => {
    const y = tops[layer]!;
    const height = pes * copies * LANE;
    return (
      `    <rect class="idle" x="${LEFT}" y="${y}" width="${RIGHT - LEFT}" height="${height}"/>\n` +
      `    <text x="${LEFT - 12}" y="${y + height / 2 + 4.5}" text-anchor="end">layer ${layer + 1}</text>\n`
    );
  });
  const boxes = residencies.map((residency, i) => {
    const y = tops[residency.layer]! + residency.copy * residency.pes * LANE;
    const round = result.rounds!.findIndex(({ layers }) =>
      layers.includes(result.layers[residency.layer]!.name),
    );
    const sets = residency.sets.map((times) => box(times, y, residency.pes * LANE));
    const bars = writes[i]!.map((times, pe) => box(times, y + pe * LANE, LANE));
    return (
      (bars.length === 0 ? '' : `    <g class="write">\n${bars.join('')}    </g>\n`) +
      `    <g class="sets round-${round + 1} inference-${residency.group + 1}">\n${sets.join('')}    </g>\n`
    );
  });
  const ends = result.groupEndCycles!.map((end, i) => {
    const x = LEFT + end * PIXELS_PER_CYCLE;
    const label = i === result.groupEndCycles!.length - 1 ? `${end} cycles` : `${end}`;
    return (
      `    <path class="end" d="M${x} ${top + 46}V${bottom + 4}"/>\n` +
      `    <text class="result" x="${x}" y="${bottom + 20}" text-anchor="middle">${label}</text>\n`
    );
  });
  const drawing =
    `  <g id="${reload}">\n    <text class="title" x="24" y="${top + 36}">${title[0]}</text>\n` +
    `    <text x="${RIGHT}" y="${top + 36}" text-anchor="end">${title[1]}</text>\n` +
    `${[...lanes, ...boxes, ...ends].join('')}  </g>\n`;
  return { cycles: result.cycles, drawing };
}

/** Where each layer begins, and where one more would. */
function layerTops({ layers }: Schedule, top: number): number[] {
  const tops = [top];
  for (const { pes, copies } of layers) tops.push(tops.at(-1)! + pes * copies * LANE + LAYER_GAP);
  return tops;
}

function box([from, to]: readonly [number, number], y: number, height: number): string {
  const x = LEFT + from * PIXELS_PER_CYCLE;
  const width = (to - from) * PIXELS_PER_CYCLE;
  return `      <rect x="${x}" y="${y}" width="${width}" height="${height}"/>\n`;
}

function legend(y: number, writeCycles: number): string {
  const entries = [
    ['round-1', 'sets of round 1'],
    ['round-2', 'of round 2'],
    ['round-2 inference-2', 'fainter: second inference'],
    ['write', `a PE is written, ${writeCycles} cycles`],
  ] as const;
  const xs = [24, 176, 296, 512];
  const drawn = entries.map(
    ([name, words], i) =>
      `    <rect class="${name}" x="${xs[i]}" y="${y}" width="22" height="12"/>\n` +
      `    <text x="${xs[i]! + 30}" y="${y + 11}">${words}</text>\n`,
  );
  const note = `    <text x="24" y="${y + 30}">A lane is a PE of a copy; a box over several lanes is a set on a copy of several PEs.</text>\n`;
  return `  <g>\n${drawn.join('')}${note}  </g>\n`;
}
