import { loadModel, readArchitecture, simulate } from '../../src/index.ts';
import { box, card, short, words } from './card.ts';

/** When each layer runs in ms: in the schedule, where movement is free, and in the simulation of a chip with a mesh. */
export function layerTimes() {
  const network = loadModel('tinyyolov4');
  const options = { extraPes: 32, granularity: 'row' } as const;
  const mesh = readArchitecture('docs/examples/mesh.yaml');
  const times = (chip: typeof mesh) => {
    const { layers, clockNs, latencyNs } = simulate(network, chip, options);
    const msOf = (cycle: number) => (cycle * clockNs) / 1e6;
    const spans = layers.map(
      ({ name, startCycle, endCycle }) => [name, msOf(startCycle), msOf(endCycle)] as const,
    );
    return { ms: latencyNs / 1e6, spans: new Map(spans.map(([name, start, end]) => [name, { start, end }])) };
  };
  return { free: times(readArchitecture('paper')), played: times(mesh) };
}

const LEFT = 120;
const RIGHT = 830;
const TOP = 62;
const LANE = 17;

/** A schedule and the simulation of the same copies, layer by layer. */
export function movementPicture(): string {
  const { free, played } = layerTimes();
  const most = Math.ceil(played.ms);
  const xAt = (ms: number) => LEFT + (ms / most) * (RIGHT - LEFT);
  const names = [...free.spans.keys()].filter((name) => played.spans.has(name));
  const bottom = TOP + names.length * LANE;
  const lanes = names.map((name, i) => {
    const y = TOP + i * LANE;
    const bar = (colour: string, { start, end }: { start: number; end: number }, top: number) =>
      box(colour, xAt(start), top, xAt(end) - xAt(start), 6);
    return (
      words(LEFT - 10, y + 11, name, 'class="small" text-anchor="end"') +
      bar('b', free.spans.get(name)!, y + 1) +
      bar('a', played.spans.get(name)!, y + 8)
    );
  });
  const ticks = Array.from({ length: most + 1 }, (_, ms) => {
    const x = short(xAt(ms));
    return `  <path class="grid" d="M${x} ${TOP - 4}V${bottom + 2}"/>\n${words(x, bottom + 20, `${ms}`, 'text-anchor="middle"')}`;
  });
  const drawing = [
    words(24, 32, 'TinyYOLOv4 on 117 + 32 PEs, row sets: when each layer runs', 'class="title"'),
    ...ticks,
    ...lanes,
    words((LEFT + RIGHT) / 2, bottom + 40, 'ms', 'text-anchor="middle"'),
    box('b', 24, bottom + 54, 22, 6),
    words(54, bottom + 61, `schedule, movement is free: ${free.ms.toFixed(2)} ms`),
    box('a', 330, bottom + 54, 22, 6),
    words(360, bottom + 61, `simulation of a mesh of 4 x 4 tiles: ${played.ms.toFixed(2)} ms`),
  ];
  const told = `The same copies take ${free.ms.toFixed(2)} ms if movement is free and ${played.ms.toFixed(2)} ms on a mesh; every layer ends later.`;
  return card(
    { width: 860, height: bottom + 80, title: 'What movement adds to a schedule', told },
    drawing.join(''),
  );
}
