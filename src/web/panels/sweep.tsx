import { useMemo, useState } from 'preact/hooks';
import { PlotView } from '../../page/plot-view.tsx';
import { type SweepPicture, SweepPictureMaker, type SweepValue } from '../../picture/sweep.ts';
import { isHighBetter, isMetric } from '../../sweep/columns.ts';
import { paretoFront } from '../../sweep/pareto.ts';
import { formFields } from '../chip-fields.ts';
import { Choice } from '../controls.tsx';
import type { SweepAnswer, SweepAxis, SweepRow } from '../tasks/sweep.ts';
import { axes, startSweep, sweepSimulated, swept, work } from '../work.ts';
import { FailureText } from './failures.tsx';
import { PointTable } from './points.tsx';
import { Working } from './working.tsx';

/** What may be varied, each with values to begin with. */
const parameters: Readonly<Record<string, string>> = {
  extraPes: '{from: 0, to: 64, step: 4}',
  pes: '256, 512, 1024',
  crossbarSize: '64, 128, 256, 512',
  granularity: 'pixel, row, 4x4',
  duplication: 'none, greedy, sum',
  scheduling: 'xinf, lbl',
  batch: '1, 2, 4, 8',
  placement: 'snake, optimised',
  ...Object.fromEntries(
    formFields.filter(({ kind, name }) => kind === 'number' && name !== 'pes').map(({ name }) => [name, '']),
  ),
};
/** Nothing is varied here. */
const NONE = '';
/** So many axes at most. */
const AXES = 3;

/** A small sweep: parameters with their values, all points, and which of them are not beaten. */
export function SweepPanel() {
  const told = swept.value;
  const set = (index: number, axis: SweepAxis | undefined) => {
    axes.value = axis === undefined ? axes.value.toSpliced(index, 1) : axes.value.toSpliced(index, 1, axis);
  };
  const shown = axes.value.length < AXES ? [...axes.value, { parameter: NONE, values: '' }] : axes.value;
  return (
    <>
      {shown.map(({ parameter, values }, i) => (
        <fieldset class="axis" key={i}>
          <legend>Parameter {i + 1}</legend>
          <Choice
            id={`parameter-${i}`}
            label="Varied"
            value={parameter}
            options={{
              [NONE]: 'nothing',
              ...Object.fromEntries(Object.keys(parameters).map((name) => [name, name])),
            }}
            onChange={(name) =>
              set(i, name === NONE ? undefined : { parameter: name, values: parameters[name] ?? '' })
            }
          />
          {parameter !== NONE && (
            <label class="field">
              <span>Values</span>
              <input
                id={`values-${i}`}
                type="text"
                value={values}
                onInput={({ currentTarget }) => set(i, { parameter, values: currentTarget.value })}
              />
            </label>
          )}
        </fieldset>
      ))}
      <p>
        <small>Values are a list, such as 0, 16, 32, or a range: {'{from: 0, to: 64, step: 4}'}.</small>
      </p>
      <label>
        <input
          type="checkbox"
          checked={sweepSimulated.value}
          onChange={({ currentTarget }) => {
            sweepSimulated.value = currentTarget.checked;
          }}
        />
        Simulate every point
      </label>
      <div class="buttons">
        <button
          type="button"
          id="sweep"
          disabled={work.progress.value !== undefined || axes.value.length === 0}
          onClick={startSweep}
        >
          Sweep
        </button>
      </div>
      <Working stop="Stop" />
      {told !== undefined &&
        ('failure' in told ? <FailureText failure={told.failure} /> : <Swept answer={told.answer} />)}
    </>
  );
}

function Swept({ answer: { rows, pareto, isStopped } }: { readonly answer: SweepAnswer }) {
  const metrics = useMemo(() => metricsOf(rows), [rows]);
  const [x, setX] = useState(pareto[1]!);
  const [y, setY] = useState(pareto[0]!);
  const front = useMemo(() => frontOf(rows, [x, y]), [rows, x, y]);
  const drawing = useMemo(
    () => ({ sweep: pictureOf(rows, metrics, [y, x], front) }),
    [rows, metrics, x, y, front],
  );
  const varied = drawing.sweep.parameters[0]?.name;
  const failed = rows.filter(({ error }) => error !== undefined);
  const names = Object.fromEntries(metrics.map((name) => [name, name]));
  return (
    <section id="swept" aria-label="Points">
      <p>
        {rows.length} points{isStopped && ' until it was stopped'}, {front.size} on the Pareto front
        {failed.length > 0 && `, ${failed.length} failed: ${failed[0]!.error}`}
      </p>
      {metrics.length > 0 && (
        <>
          <div class="options">
            <Choice id="x" label="Across" value={x} options={names} onChange={setX} />
            <Choice id="y" label="Up" value={y} options={names} onChange={setY} />
          </div>
          <PlotView
            kind="pareto"
            label={`${y} over ${x}, with the Pareto front`}
            drawing={drawing}
            axes={[x, y]}
          />
          {varied !== undefined && (
            <PlotView kind="parameter" label={`${y} over ${varied}`} drawing={drawing} axes={[varied, y]} />
          )}
          <PlotView kind="parallel" label="All points through parameters and metrics" drawing={drawing} />
        </>
      )}
      <PointTable
        rows={rows}
        front={front}
        metrics={[...new Set([y, x, 'cycles', 'speedup', 'utilization'])]}
      />
    </section>
  );
}

/** Metrics that points have. */
function metricsOf(rows: readonly SweepRow[]): string[] {
  return Object.keys(rows.find(({ results }) => results !== undefined)?.results ?? {}).filter(isMetric);
}

/** Points that no other one beats in these metrics. */
function frontOf(rows: readonly SweepRow[], metrics: readonly string[]): ReadonlySet<SweepRow> {
  const known = rows.filter(({ results }) => metrics.every((name) => typeof results?.[name] === 'number'));
  const columns = metrics.map((name) =>
    Float64Array.from(known, ({ results }) => Number(results![name]) * (isHighBetter(name) ? -1 : 1)),
  );
  return new Set(paretoFront(columns).map((index) => known[index]!));
}

/** The points as plots draw them. */
function pictureOf(
  rows: readonly SweepRow[],
  metrics: readonly string[],
  pareto: readonly string[],
  front: ReadonlySet<SweepRow>,
): SweepPicture {
  const parameters = Object.keys(rows[0]?.parameters ?? {});
  const names = [...new Set(['model', ...parameters, ...metrics]), 'error', 'pareto'];
  const maker = new SweepPictureMaker({
    ...{ names, parameters, pareto },
    metrics: metrics.map((name) => ({ name, isHighBetter: isHighBetter(name) })),
  });
  for (const row of rows) {
    const values = { ...row.parameters, ...row.results, error: row.error ?? null, pareto: front.has(row) };
    const byName = new Map(Object.entries<SweepValue>(values));
    maker.add(names.map((name) => byName.get(name) ?? null));
  }
  return maker.picture();
}
