import { type Growth, growthOf } from '../../bench/scaling/growth.ts';
import { readScalingRun, SAVED_RUN, type ScalingRow } from '../../bench/scaling/saved.ts';
import { shortCount } from '../../bench/scaling/table.ts';
import { card, short, words } from './card.ts';

const PANEL = { width: 250, height: 150 };
const COLUMNS = 3;
const LEFT = 72;
const COLOURS = ['a', 'b', 'c'];
const NAME_HEIGHT = 14;
/** What names of lines, one of each colour, take between a panel's title and its plot. */
const NAMES_HEIGHT = COLOURS.length * NAME_HEIGHT;
const TOP = 84 + NAMES_HEIGHT;
/** From one panel to the next. */
const STEP = { x: 276, y: 216 + NAMES_HEIGHT };

/** What a panel shows of a row: time or memory. */
interface Measure {
  readonly key: keyof Growth;
  readonly value: (sample: ScalingRow['samples'][number]) => number;
  /** Powers of ten of the axis, in the unit in which they are labelled. */
  readonly powers: readonly [from: number, to: number];
  readonly label: (power: number) => string;
}

const MEASURES: readonly Measure[] = [
  {
    key: 'time',
    value: ({ seconds }) => seconds,
    powers: [-5, 3],
    label: (power) => ({ [-3]: '1 ms', 0: '1 s', 3: '1000 s' })[power] ?? '',
  },
  {
    key: 'memory',
    value: ({ bytes }) => bytes / 2 ** 20,
    powers: [0, 4],
    label: (power) => ({ 0: '1 MiB', 2: '10² MiB', 4: '10⁴ MiB' })[power] ?? '',
  },
];

const COUNTS = { from: 3, to: 8 };

/** How time and memory grow along the axes of bench/scaling.json, a panel for each unit; the dashed lines are linear. */
export function scalingPicture(): string {
  const { rows } = readScalingRun(SAVED_RUN);
  const units = [...new Set(rows.map(({ unit }) => unit))];
  const drawing = MEASURES.flatMap((measure, half) =>
    units.map((unit, i) => {
      const own = rows.filter((row) => row.unit === unit);
      const line = half * Math.ceil(units.length / COLUMNS) + Math.floor(i / COLUMNS);
      return panel(measure, unit, own, LEFT + (i % COLUMNS) * STEP.x, TOP + line * STEP.y);
    }),
  );
  const lines = MEASURES.length * Math.ceil(units.length / COLUMNS);
  const title = 'CPU time and memory over what grows, with the exponents of the upper two decades';
  const told = rows
    .map((row) => `${row.name}: time ${exponentOf(row, 'time')}, memory ${exponentOf(row, 'memory')}`)
    .join('; ');
  const head =
    words(24, 32, title, 'class="title"') + words(24, 52, 'dashed: twice as much takes twice as long');
  return card(
    { width: 890, height: TOP + lines * STEP.y - NAMES_HEIGHT, title, told, style: STYLE },
    head + drawing.join(''),
  );
}

const STYLE = COLOURS.map(
  (name, i) =>
    `    .line-${name} { fill: none; stroke: ${['#4a8fd4', '#e8963a', '#3f9f77'][i]}; stroke-width: 2 }\n`,
).join('');

function exponentOf(row: ScalingRow, key: keyof Growth): string {
  return growthOf(row)[key]?.exponent.toFixed(2) ?? '–';
}

function panel(
  measure: Measure,
  unit: string,
  rows: readonly ScalingRow[],
  left: number,
  top: number,
): string {
  const [low, high] = measure.powers;
  const xAt = (count: number) =>
    left + ((Math.log10(count) - COUNTS.from) / (COUNTS.to - COUNTS.from)) * PANEL.width;
  const yAt = (value: number) =>
    top + PANEL.height - ((Math.log10(value) - low) / (high - low)) * PANEL.height;
  const bottom = top + PANEL.height;
  const namesTop = top - NAMES_HEIGHT;
  const grid = range(low, high).map((power) => {
    const y = short(yAt(10 ** power));
    const label =
      left === LEFT ? words(left - 6, y + 4, measure.label(power), 'class="small" text-anchor="end"') : '';
    return `  <path class="grid" d="M${left} ${y}h${PANEL.width}"/>\n${label}`;
  });
  const ticks = range(COUNTS.from, COUNTS.to).map((power) => {
    const anchor = power === COUNTS.from ? 'start' : power === COUNTS.to ? 'end' : 'middle';
    return words(
      xAt(10 ** power),
      bottom + 14,
      shortCount(10 ** power),
      `class="small" text-anchor="${anchor}"`,
    );
  });
  const lines = rows.map((row, i) => {
    const shown = row.samples.filter((sample) => sample.count >= 900 && measure.value(sample) >= 10 ** low);
    const path = shown.map((sample) => `${short(xAt(sample.count))} ${short(yAt(measure.value(sample)))}`);
    const text = `${row.name} ${exponentOf(row, measure.key)}`;
    const y = namesTop + 8 + i * NAME_HEIGHT;
    return (
      `  <path class="line-${COLOURS[i]}" d="M${path.join('L')}"/>\n` +
      `  <path class="line-${COLOURS[i]}" d="M${left} ${y - 4}h12"/>\n` +
      words(left + 18, y, text, 'class="small"')
    );
  });
  const title = words(left, namesTop - 8, `${measure.key} over ${unit}`, 'class="result"');
  return title + grid.join('') + ticks.join('') + guide(rows, measure, xAt, yAt) + lines.join('');
}

/** A linear line through the last point of the first row. */
function guide(
  [row]: readonly ScalingRow[],
  { value, powers: [low] }: Measure,
  xAt: (count: number) => number,
  yAt: (value: number) => number,
): string {
  const last = row!.samples.at(-1)!;
  const from = Math.max(10 ** COUNTS.from, (last.count * 10 ** low) / value(last));
  const start = `${short(xAt(from))} ${short(yAt((value(last) * from) / last.count))}`;
  return `  <path class="bound" d="M${start}L${short(xAt(last.count))} ${short(yAt(value(last)))}"/>\n`;
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, i) => from + i);
}
