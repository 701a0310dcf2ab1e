import { shortName } from '../../report/table.ts';
import type { Schedule } from '../../schedule/schedule-result.ts';
import { SIDE_NAMES } from '../sides.ts';
import { shownSchedules } from '../state.ts';

/** The timelines of what is shown, above each other on one scale. */
export function Pictures() {
  const shown = shownSchedules.value;
  const most = Math.max(...shown.map(({ schedule }) => schedule.cycles));
  return (
    <>
      {shown.map(({ schedule }, i) => (
        <Bars key={SIDE_NAMES[i]} schedule={schedule} cycles={most} />
      ))}
    </>
  );
}

const ROW = 12;
const NAMES = 200;
const WIDTH = 1000;

function Bars({ schedule, cycles }: { readonly schedule: Schedule; readonly cycles: number }) {
  const scale = (WIDTH - NAMES) / cycles;
  return (
    <svg
      class="bars"
      viewBox={`0 0 ${WIDTH} ${schedule.layers.length * ROW}`}
      role="img"
      aria-label="Layers over time"
    >
      {schedule.layers.map(({ name, startCycle, endCycle }, i) => (
        <g key={name} transform={`translate(0 ${i * ROW})`}>
          <text x={NAMES - 6} y={ROW - 3} text-anchor="end">
            {shortName(name)}
          </text>
          <rect
            x={NAMES + startCycle * scale}
            y={1}
            width={(endCycle - startCycle) * scale}
            height={ROW - 2}
          />
        </g>
      ))}
    </svg>
  );
}
