import { loadModel, mapNetwork, prepare, readArchitecture, Scheduler } from '../../src/index.ts';
import { box, card, short, words } from './card.ts';

/** Cycles of TinyYOLOv4 at row sets over the PEs that it gets beyond its minimum. */
export function cyclesOverPes(): { extraPes: number; cycles: number; slowest: number }[] {
  const network = loadModel('tinyyolov4');
  const chip = readArchitecture('paper');
  const scheduler = new Scheduler(prepare(network, chip, { granularity: 'row' }));
  const points = Array.from({ length: 65 }, (_, extraPes) => {
    const { cycles, lowerBoundCycles } = scheduler.schedule(mapNetwork(network, chip, { extraPes }));
    return { extraPes, cycles, slowest: lowerBoundCycles };
  });
  scheduler.release();
  return points;
}

const PLOT = { left: 92, right: 830, top: 66, bottom: 296 };
const DECADES = [2000, 5000, 10_000, 20_000, 50_000];

/** What more PEs buy. */
export function copiesPicture(): string {
  const points = cyclesOverPes();
  const xAt = (extraPes: number) => PLOT.left + (extraPes / 64) * (PLOT.right - PLOT.left);
  const [low, high] = [Math.log(2000), Math.log(50_000)];
  const yAt = (cycles: number) =>
    PLOT.bottom - ((Math.log(cycles) - low) / (high - low)) * (PLOT.bottom - PLOT.top);
  const path = (key: 'cycles' | 'slowest') =>
    `M${points.map((point) => `${short(xAt(point.extraPes))} ${short(yAt(point[key]))}`).join('L')}`;
  const grid = DECADES.map((tick) => {
    const y = short(yAt(tick));
    return `  <path class="grid" d="M${PLOT.left} ${y}H${PLOT.right}"/>\n${words(PLOT.left - 10, y + 4, tick.toLocaleString('en'), 'text-anchor="end"')}`;
  });
  const ticks = [0, 8, 16, 24, 32, 40, 48, 56, 64].map((tick) =>
    words(xAt(tick), PLOT.bottom + 20, `${tick}`, 'text-anchor="middle"'),
  );
  const marked = [0, 32, 64].map((at) => {
    const { cycles } = points[at]!;
    const [x, y] = [xAt(at), yAt(cycles)];
    const anchor = at === 64 ? 'text-anchor="end"' : '';
    const text = words(
      x + (at === 64 ? 0 : 8),
      y - 10,
      `${cycles.toLocaleString('en')} cycles`,
      `class="result" ${anchor}`.trim(),
    );
    return `  <circle class="dot" cx="${short(x)}" cy="${short(y)}" r="4"/>\n${text}`;
  });
  const drawing = [
    words(24, 32, 'TinyYOLOv4, row sets: cycles over PEs beyond one copy of all weights', 'class="title"'),
    ...grid,
    ...ticks,
    words((PLOT.left + PLOT.right) / 2, PLOT.bottom + 42, 'PEs more', 'text-anchor="middle"'),
    `  <path class="bound" d="${path('slowest')}"/>\n  <path class="line" d="${path('cycles')}"/>\n`,
    ...marked,
    box('dot', 500, 78, 22, 3),
    words(530, 84, 'the schedule'),
    '  <path class="bound" d="M500 102h22"/>\n',
    words(530, 106, 'its slowest layer alone'),
  ];
  const [first, last] = [points[0]!, points.at(-1)!];
  const told = `From ${first.cycles} cycles without copies to ${last.cycles} with 64 PEs more; never below the slowest layer.`;
  return card({ width: 860, height: PLOT.bottom + 62, title: 'What more PEs buy', told }, drawing.join(''));
}
