import { oneLine } from '../input/show.ts';
import type { ModelSummary, SummaryPoint, SweepSummary } from '../sweep/index.ts';
import type { Block, Printout } from './printout.ts';
import { type Cell, integer, table } from './table.ts';

/** So many points of a front are shown; all of them are in summary.json. */
const MAX_SHOWN = 20;
/** Characters of the reason of a failure that are shown. */
const MAX_REASON = 300;

/** Digits of a metric that is no whole number. */
const METRIC_DIGITS = 6;

/** A summary as text: for every model its Pareto front and its best points. */
export function sweepText(summary: SweepSummary, parameters: readonly string[]): Printout {
  const { points, failed, missing, failures, pareto, models } = summary;
  const failing = failed === 0 ? '' : `, ${integer(failed)} of them failed (column \`error\`)`;
  const lacking = missing === 0 ? '' : `; ${integer(missing)} more are not there yet`;
  return [
    `${integer(points)} ${points === 1 ? 'point' : 'points'}${failing}${lacking}`,
    ...(failures.length === 0
      ? []
      : ['', table(['failed', 'reason'], failures.map(failureCells), { sentences: ['reason'] })]),
    ...models.flatMap((model) => ['', ...modelText(model, pareto, parameters)]),
    '',
  ];
}

function failureCells({ points, reason }: SweepSummary['failures'][number]): Cell[] {
  return [points, oneLine(reason).slice(0, MAX_REASON)];
}

function modelText(model: ModelSummary, pareto: readonly string[], parameters: readonly string[]): Block[] {
  const { paretoFront, best, points, failed } = model;
  const name = `${oneLine(model.model)}${model.simulated ? ', simulated' : ''}`;
  if (paretoFront.length === 0 && best.length === 0) return [`${name}: all ${integer(failed)} points failed`];
  const heads = parameters.filter((parameter) => parameter !== 'model');
  const shown = paretoFront.slice(0, MAX_SHOWN);
  const front = [...pareto, ...heads.filter((head) => !pareto.includes(head))];
  const more = paretoFront.length - shown.length;
  return [
    `${name}: ${integer(paretoFront.length)} of ${integer(points)} points on the Pareto front of ${pareto.join(', ')}`,
    ...uncomparedLines(model),
    ...(shown.length === 0
      ? []
      : [
          '',
          table(
            front,
            shown.map((point) => front.map(cellOf(point))),
          ),
        ]),
    ...(more === 0 ? [] : ['', `and ${integer(more)} more in summary.json`]),
    '',
    table(
      ['best', 'value', ...heads],
      best.map(({ metric, missing, point }) => [
        without(metric, missing),
        cellOf(point)(metric),
        ...heads.map(cellOf(point)),
      ]),
    ),
  ];
}

/** Why points are not on the front that are neither failed nor worse. */
function uncomparedLines({ uncompared }: ModelSummary): string[] {
  if (uncompared === 0) return [];
  return [
    `${integer(uncompared)} are not compared: their chips lack figures that the metrics need or other chips have`,
  ];
}

/** A metric with the parts that it does not count. */
function without(metric: string, missing: readonly string[] = []): string {
  return missing.length === 0 ? metric : `${metric} without ${missing.join(', ')}`;
}

function cellOf(point: SummaryPoint): (column: string) => Cell {
  return (column) => {
    const value = point[column];
    if (typeof value !== 'number') return String(value ?? '');
    return Number.isInteger(value) ? value : String(Number(value.toPrecision(METRIC_DIGITS)));
  };
}
