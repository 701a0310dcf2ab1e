import type { Optimization } from '../optimize/index.ts';

/** How a search came to its best. */
export interface SearchPicture {
  /** The figure that is minimised, as in `--json`. */
  readonly metric: string;
  /** Copies that were looked at. */
  readonly evaluations: number;
  /** The best so far, from an evaluation on, in their order. */
  readonly best: readonly SearchPoint[];
  /** What was proven to be a bound, from an evaluation on, in their order. */
  readonly bound: readonly SearchPoint[];
}

/** A figure from an evaluation on. */
export interface SearchPoint {
  /** Copies that were looked at until then. */
  readonly evaluations: number;
  /** In the unit of the metric. */
  readonly value: number;
}

/** Best and bound over the evaluations of a search; of one without a history its start and its end. */
export function searchPictureOf({
  metric,
  greedy,
  best,
  bound,
  evaluations,
  history,
}: Optimization): SearchPicture {
  const figureOf = (figures: object): number =>
    Number((figures as Readonly<Record<string, unknown>>)[metric]);
  const bests = history?.map((step) => ({ evaluations: step.evaluations, value: step.best })) ?? [
    { evaluations: 1, value: figureOf(greedy) },
  ];
  const bounds = (history ?? []).flatMap((step) =>
    step.bound === undefined ? [] : [{ evaluations: step.evaluations, value: step.bound }],
  );
  return {
    ...{ metric, evaluations },
    best: changes([...bests, { evaluations, value: figureOf(best) }]),
    bound: changes([...bounds, { evaluations, value: bound }]),
  };
}

/** Without points that are as the one before. */
function changes(points: readonly SearchPoint[]): SearchPoint[] {
  return points.filter(({ value }, i) => i === 0 || value !== points[i - 1]!.value);
}
