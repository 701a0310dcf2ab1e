import { useMemo, useState } from 'preact/hooks';
import type { Drawing } from '../picture/drawing.ts';
import type { SweepColumn, SweepPicture } from '../picture/sweep.ts';
import { integer, rounded, shortName } from '../report/table.ts';
import { Choice } from './choice.tsx';
import { type DataColumn, DataTable } from './data-table.tsx';
import { PlotView } from './plot-view.tsx';

/** The points of a sweep: by any two metrics, over any parameter, all columns beside each other, and as a table. */
export function SweepView({ drawing, sweep }: { readonly drawing: Drawing; readonly sweep: SweepPicture }) {
  const { points, shown } = sweep;
  const columns = useMemo(() => columnsOf(sweep), [sweep]);
  if (shown === 0) return <p>There are no points to show: none has succeeded.</p>;
  return (
    <>
      {shown < points && (
        <p>
          Of {integer(points)} points {integer(shown)} are shown: all of the fronts, and every so many of the
          others. The tables of the sweep have all of them.
        </p>
      )}
      <h3>Two metrics</h3>
      <ParetoView drawing={drawing} sweep={sweep} />
      <h3>A metric over a parameter</h3>
      <ParameterView drawing={drawing} sweep={sweep} />
      <h3>All columns</h3>
      <PlotView
        kind="parallel"
        drawing={drawing}
        label="A line for each point through its parameters and metrics; the table below has the numbers"
      />
      <h3>All points</h3>
      <DataTable label="Table of points" columns={columns} />
    </>
  );
}

interface Props {
  readonly drawing: Drawing;
  readonly sweep: SweepPicture;
}

function ParetoView({ drawing, sweep }: Props) {
  const names = sweep.metrics.map(({ name }) => name);
  const [x, setX] = useState(known(names, sweep.pareto[1]));
  const [y, setY] = useState(known(names, sweep.pareto[0]));
  return (
    <>
      <div class="toolbar">
        <Choice label="across" names={names} chosen={x} onChoose={setX} />
        <Choice label="up" names={names} chosen={y} onChoose={setY} />
      </div>
      <PlotView
        kind="pareto"
        drawing={drawing}
        axes={[x, y]}
        label={`All points by ${x} and ${y}, and the front`}
      />
    </>
  );
}

function ParameterView({ drawing, sweep }: Props) {
  const parameters = sweep.parameters.map(({ name }) => name);
  const metrics = sweep.metrics.map(({ name }) => name);
  const [x, setX] = useState(parameters.find((name) => name !== 'model') ?? parameters[0] ?? '');
  const [y, setY] = useState(known(metrics, sweep.pareto[0]));
  if (parameters.length === 0) return <p>No parameter of this sweep has more than one value.</p>;
  return (
    <>
      <div class="toolbar">
        <Choice label="across" names={parameters} chosen={x} onChoose={setX} />
        <Choice label="up" names={metrics} chosen={y} onChoose={setY} />
      </div>
      <PlotView kind="parameter" drawing={drawing} axes={[x, y]} label={`${y} of all points over ${x}`} />
    </>
  );
}

/** A name where it is one of some; otherwise the first of them. */
function known(names: readonly string[], name: string | undefined): string {
  return name !== undefined && names.includes(name) ? name : (names[0] ?? '');
}

function columnsOf({ parameters, metrics, isOnFront, series }: SweepPicture): DataColumn[] {
  return [
    { name: 'series', values: series.map(shortName) },
    { name: 'on the front', values: isOnFront.map((is) => (is ? 'yes' : '')) },
    ...[...parameters, ...metrics].map(columnOf),
  ];
}

function columnOf({ name, values }: SweepColumn): DataColumn {
  const areNumbers = values.every((value) => value === null || typeof value === 'number');
  if (!areNumbers) return { name, values: values.map((value) => shortName(String(value ?? ''))) };
  return { name, values: Float64Array.from(values, (value) => value ?? Number.NaN), show: shownNumber };
}

function shownNumber(value: number): string {
  return Number.isInteger(value) ? integer(value) : rounded(value);
}
