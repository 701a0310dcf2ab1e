import { Scroller } from '../../page/scroller.tsx';
import { duration, integer, percent, rounded, shortName, times } from '../../report/table.ts';
import type { Schedule } from '../../schedule/schedule-result.ts';
import { SIDE_NAMES } from '../sides.ts';
import { live, schedules, shownSchedules } from '../state.ts';

/** A figure of a schedule. */
interface Figure {
  readonly key: string;
  readonly name: string;
  readonly value: (schedule: Schedule) => number | undefined;
  readonly text: (value: number) => string;
}

/** The figures, in the order that they are shown. A new one is one more line here. */
const figures: readonly Figure[] = [
  { key: 'cycles', name: 'Cycles', value: ({ cycles }) => cycles, text: integer },
  { key: 'latencyNs', name: 'Latency', value: ({ latencyNs }) => latencyNs, text: duration },
  { key: 'speedup', name: 'Speedup', value: ({ speedup }) => speedup, text: times },
  { key: 'utilization', name: 'Utilization', value: ({ utilization }) => utilization, text: percent },
  { key: 'minimumPes', name: 'Minimum of PEs', value: ({ minimumPes }) => minimumPes, text: integer },
  { key: 'totalPes', name: 'PEs', value: ({ totalPes }) => totalPes, text: integer },
  { key: 'usedPes', name: 'PEs in use', value: ({ usedPes }) => usedPes, text: integer },
  {
    key: 'baselineCycles',
    name: 'Baseline cycles',
    value: ({ baselineCycles }) => baselineCycles,
    text: integer,
  },
  {
    key: 'lowerBoundCycles',
    name: 'Lower bound',
    value: ({ lowerBoundCycles }) => lowerBoundCycles,
    text: integer,
  },
  {
    key: 'areaMm2',
    name: 'Area in mm²',
    value: ({ areaMm2: { total } }) => total ?? undefined,
    text: rounded,
  },
  {
    key: 'intervalCycles',
    name: 'Cycles per inference',
    value: ({ intervalCycles }) => intervalCycles,
    text: rounded,
  },
  { key: 'roundCount', name: 'Rounds', value: ({ roundCount }) => roundCount, text: integer },
  {
    key: 'writingCycles',
    name: 'Cycles of writing',
    value: ({ writingCycles }) => writingCycles,
    text: integer,
  },
];

/** The headline: figures of one schedule, or of two with their ratio. */
export function Figures() {
  const shown = shownSchedules.value.map(({ schedule }) => schedule);
  if (shown.length === 0) return <p class="figures">{schedules.value.length === 0 ? 'Computing …' : ''}</p>;
  const isOld = schedules.value.some((told) => 'failure' in told);
  const rows = figures.filter(({ value }) => shown.some((schedule) => value(schedule) !== undefined));
  return (
    <section
      class={isOld ? 'figures old' : 'figures'}
      aria-label="Figures"
      aria-busy={live.progress.value !== undefined}
    >
      {isOld && <p>Below is what was computed before the mistake.</p>}
      {shown.length === 1 ? <Cards rows={rows} schedule={shown[0]!} /> : <Beside rows={rows} shown={shown} />}
      {shownSchedules.value.flatMap(({ warnings }) =>
        warnings.map((warning) => <p key={warning}>Note: {warning}</p>),
      )}
    </section>
  );
}

function Cards({ rows, schedule }: { readonly rows: readonly Figure[]; readonly schedule: Schedule }) {
  return (
    <dl class="cards">
      {rows.map(({ key, name, value, text }) => {
        const number = value(schedule);
        if (number === undefined) return null;
        return (
          <div key={key}>
            <dt>{name}</dt>
            <dd data-figure={key} data-value={number}>
              {text(number)}
            </dd>
          </div>
        );
      })}
    </dl>
  );
}

function Beside({ rows, shown }: { readonly rows: readonly Figure[]; readonly shown: readonly Schedule[] }) {
  return (
    <Scroller label="Figures of both">
      <table class="numbers">
        <thead>
          <tr>
            <th scope="col">Figure</th>
            {shown.map((schedule, i) => (
              <th key={SIDE_NAMES[i]} scope="col">
                {SIDE_NAMES[i]}: {shortName(schedule.model)} on {shortName(schedule.architecture)}
              </th>
            ))}
            <th scope="col">B / A</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ key, name, value, text }) => {
            const numbers = shown.map(value);
            const [a, b] = numbers;
            return (
              <tr key={key}>
                <th scope="row">{name}</th>
                {numbers.map((number, i) => (
                  <td key={SIDE_NAMES[i]} data-figure={key} data-value={number}>
                    {number === undefined ? '' : text(number)}
                  </td>
                ))}
                <td>{a === undefined || b === undefined || a === 0 ? '' : times(b / a)}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </Scroller>
  );
}

/** The numbers that change most, on narrow screens, where the others are out of sight while a slider is dragged. */
export function Headline() {
  const shown = shownSchedules.value.map(({ schedule }) => schedule);
  if (shown.length === 0) return null;
  return (
    <div class="headline" aria-hidden="true">
      {shown.map(({ cycles, latencyNs, speedup }, i) => (
        <div key={SIDE_NAMES[i]}>
          {shown.length > 1 && `${SIDE_NAMES[i]}: `}
          {integer(cycles)} cycles, {duration(latencyNs)}, {times(speedup)}
        </div>
      ))}
    </div>
  );
}
