import { rounded } from '../../report/table.ts';
import type { SweepRow } from '../tasks/sweep.ts';

const WIDTH = 640;
const HEIGHT = 300;
const LEFT = 90;
const BOTTOM = 46;
const TOP = 12;
const RIGHT = 30;

/** Points in two metrics, with the Pareto front. */
export function Front(props: {
  readonly rows: readonly SweepRow[];
  readonly front: ReadonlySet<SweepRow>;
  readonly x: string;
  readonly y: string;
}) {
  const { rows, front, x, y } = props;
  const points = rows.flatMap((row) => {
    const [across, up] = [row.results?.[x], row.results?.[y]];
    return typeof across === 'number' && typeof up === 'number' ? [{ row, across, up }] : [];
  });
  if (points.length === 0)
    return (
      <p>
        No point has both {x} and {y}.
      </p>
    );
  const toX = scale(
    points.map(({ across }) => across),
    LEFT,
    WIDTH - RIGHT,
  );
  const toY = scale(
    points.map(({ up }) => up),
    HEIGHT - BOTTOM,
    TOP,
  );
  const best = points.filter(({ row }) => front.has(row)).toSorted((a, b) => a.across - b.across);
  return (
    <svg
      class="front"
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      role="img"
      aria-label={`${y} over ${x}, with the Pareto front`}
    >
      <path d={`M${LEFT} ${TOP}V${HEIGHT - BOTTOM}H${WIDTH - RIGHT}`} class="axis" />
      {toX.ticks.map((tick) => (
        <text key={tick} x={toX.at(tick)} y={HEIGHT - BOTTOM + 16} text-anchor="middle">
          {rounded(tick)}
        </text>
      ))}
      {toY.ticks.map((tick) => (
        <text key={tick} x={LEFT - 6} y={toY.at(tick) + 4} text-anchor="end">
          {rounded(tick)}
        </text>
      ))}
      <text x={(LEFT + WIDTH) / 2} y={HEIGHT - 8} text-anchor="middle">
        {x}
      </text>
      <text x={LEFT + 6} y={TOP + 4}>
        {y}
      </text>
      <path
        d={best.map(({ across, up }, i) => `${i === 0 ? 'M' : 'L'}${toX.at(across)} ${toY.at(up)}`).join('')}
      />
      {points.map(({ row, across, up }) => (
        <circle
          key={JSON.stringify(row.parameters)}
          class={front.has(row) ? 'on' : 'off'}
          cx={toX.at(across)}
          cy={toY.at(up)}
          r={front.has(row) ? 4 : 3}
        />
      ))}
    </svg>
  );
}

/** Values to pixels, from the least value at one end to the most at the other. */
function scale(values: readonly number[], from: number, to: number) {
  const least = Math.min(...values);
  const most = Math.max(...values);
  const at = (value: number) =>
    most === least ? (from + to) / 2 : from + ((value - least) / (most - least)) * (to - from);
  const ticks = most === least ? [least] : [0, 1, 2, 3].map((i) => least + ((most - least) * i) / 3);
  return { at, ticks };
}
