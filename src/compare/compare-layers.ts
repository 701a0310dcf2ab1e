import type { LayerFigures, RunSummary } from './summary.ts';

/** A layer that at least two runs have and that is not the same in all of these. */
export interface LayerChange {
  /** Name of the layer in all of them. */
  readonly name: string;
  /** What each run says of it, in the order of the runs; null for a run without it. */
  readonly runs: readonly (LayerFigures | null)[];
}

/** Layers that are not in all runs. */
export interface LayersOfSome {
  /** Indices of the runs that have them. */
  readonly runs: readonly number[];
  /** Their names, in the order of the first of these runs. */
  readonly layers: readonly string[];
}

/** Layers of runs side by side, matched by name. */
export interface LayerComparison {
  /** What changed, most important first: by the change of duration, then of PEs (or copies), then of the end. */
  readonly changes: readonly LayerChange[];
  /** Layers that at least two runs have and that are the same in all of these. */
  readonly alike: number;
  /** Layers that some runs lack, by the runs that have them. */
  readonly ofSome: readonly LayersOfSome[];
}

/** What may differ by rounding where cycles differ in length, as a share. */
const ROUNDING = 1e-9;

/** Figures that make a layer another one, where both runs have them; everything else follows from these. */
const COMPARED = ['copies', 'pes', 'startNs', 'endNs', 'waitNs'] as const;

/** By how much a layer changes, most important first: the figures by which changes are sorted. */
const IMPORTANCE = ['durationNs', 'pes', 'copies', 'endNs'] as const;

/** Compares the layers of runs: one pass over each run, whatever the number of layers. */
export function compareLayers(runs: readonly RunSummary[]): LayerComparison {
  const byName = new Map<string, (LayerFigures | null)[]>();
  runs.forEach(({ layers }, i) => {
    for (const { name, figures } of layers) {
      const own = byName.get(name) ?? runs.map(() => null);
      own[i] = figures;
      byName.set(name, own);
    }
  });
  const matched = [...byName].filter(([, own]) => own.filter((figures) => figures !== null).length > 1);
  const changes = matched.filter(([, own]) => isChanged(own)).map(([name, own]) => ({ name, runs: own }));
  return {
    changes: sorted(changes),
    alike: matched.length - changes.length,
    ofSome: layersOfSome(byName),
  };
}

function isChanged(own: readonly (LayerFigures | null)[]): boolean {
  const [first, ...others] = own.filter((figures) => figures !== null);
  return others.some((other) => COMPARED.some((name) => differ(first?.[name], other[name])));
}

/** False where a run does not say it. */
function differ(a: number | undefined, b: number | undefined): boolean {
  return a !== undefined && b !== undefined && Math.abs(a - b) > ROUNDING * Math.max(a, b);
}

function sorted(changes: readonly LayerChange[]): LayerChange[] {
  const weighed = changes.map((change) => ({ change, by: IMPORTANCE.map((name) => spread(change, name)) }));
  weighed.sort((a, b) => {
    const at = a.by.findIndex((value, i) => value !== b.by[i]);
    return at < 0 ? 0 : b.by[at]! - a.by[at]!;
  });
  return weighed.map(({ change }) => change);
}

/** The largest distance of a figure from that of the first run that has it, without what rounding makes of it. */
function spread({ runs }: LayerChange, name: (typeof IMPORTANCE)[number]): number {
  let first: number | undefined;
  let most = 0;
  for (const figures of runs) {
    const value = figures?.[name];
    if (value === undefined) continue;
    first ??= value;
    most = Math.max(most, Math.abs(value - first));
  }
  return most === 0 ? 0 : Number(most.toPrecision(9));
}

function layersOfSome(byName: ReadonlyMap<string, readonly (LayerFigures | null)[]>): LayersOfSome[] {
  const groups = new Map<string, { runs: number[]; layers: string[] }>();
  for (const [name, own] of byName) {
    const runs = own.flatMap((figures, i) => (figures === null ? [] : [i]));
    if (runs.length === own.length) continue;
    const group = groups.get(runs.join()) ?? { runs, layers: [] };
    group.layers.push(name);
    groups.set(runs.join(), group);
  }
  return [...groups.values()];
}
