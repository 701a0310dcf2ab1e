import * as v from 'valibot';
import { expected, isMapping } from '../input/validate.ts';

/** Which command a result is of. */
export type ResultKind = 'schedule' | 'simulate' | 'optimize';

const text = v.string(expected('text'));
const figureMessage = expected('a finite number that is not negative');
const figure = v.pipe(v.number(figureMessage), v.finite(figureMessage), v.minValue(0, figureMessage));
/** What has not always been there, or is not there in every result. */
const optional = v.exactOptional(figure);

/** A mapping of these fields; others are passed over, since results of other versions have more. */
function has<const Entries extends v.ObjectEntries>(entries: Entries) {
  return v.object(entries, (issue) =>
    isMapping(issue.input) || issue.path !== undefined
      ? `is missing; give a whole result of --json`
      : expected('a mapping')(issue),
  );
}

/** Clock cycles that layers of a simulation waited, by cause. */
export const WAITS = {
  waitDataCycles: optional,
  waitSpaceCycles: optional,
  waitCopyCycles: optional,
  waitReadCycles: optional,
  waitGpeuCycles: optional,
  waitSendCycles: optional,
  waitLinkCycles: optional,
  waitFetchCycles: optional,
  waitWriteCycles: optional,
} as const;

const layer = has({
  ...{ name: text, copies: figure, pes: optional, startCycle: figure, endCycle: figure },
  ...WAITS,
});

/** Layers with their times, whose names tell them apart. */
const layers = v.pipe(
  v.array(layer, expected('a list of layers')),
  v.checkItems(
    ({ startCycle, endCycle }) => endCycle >= startCycle,
    'ends before it starts; give it an endCycle that is not below its startCycle',
  ),
  v.check(
    (all) => new Set(all.map(({ name }) => name)).size === all.length,
    'two layers have the same name; give each a name of its own',
  ),
);

const total = v.exactOptional(has({ total: v.nullable(figure) }));
const header = {
  ...{ model: text, architecture: text },
  ...{ granularity: v.exactOptional(text), scheduling: v.exactOptional(text) },
};
const chip = { minimumPes: optional, totalPes: optional, usedPes: optional, cells: optional };

/** What is read of the result of `clsa-cim schedule`. */
const schedule = has({
  ...header,
  ...chip,
  ...{ cycles: figure, latencyNs: figure, baselineCycles: figure },
  ...{ speedup: optional, utilization: optional, areaMm2: total },
  ...{ batch: optional, group: optional, intervalCycles: optional },
  ...{ roundCount: optional, writes: optional, writingCycles: optional, exposedWritingCycles: optional },
  ...{ writeEnergyPjPerInference: optional, lifetimeYears: optional },
  layers,
});

/** What is read of the result of `clsa-cim simulate`. */
const simulate = has({
  ...header,
  ...chip,
  ...{ cycles: figure, latencyNs: figure, clockNs: figure, idealCycles: optional },
  ...{ batch: optional, firstLatencyNs: optional, throughputPerSecond: optional },
  ...{ energyPj: total, energyDelayPjNs: optional, areaMm2: total },
  ...{ teraOperationsPerSecond: optional, teraOperationsPerJoule: optional, bitHops: optional },
  ...{ group: optional, roundCount: optional, writes: optional },
  ...{ writtenPes: optional, weightBits: optional },
  spill: v.exactOptional(has({ spilledBits: optional, fetchedBits: optional, sharedBufferBits: optional })),
  sharedBuffer: v.exactOptional(has({ peakBytes: optional })),
  layers,
});

const copies = v.custom<Readonly<Record<string, number>>>(
  (input) => isMapping(input) && Object.values(input).every((value) => v.is(figure, value)),
  expected('a mapping from layers to numbers of copies'),
);

/** What is read of the result of `clsa-cim optimize`. */
const optimize = has({
  ...header,
  ...chip,
  gap: v.exactOptional(v.pipe(v.number(figureMessage), v.finite(figureMessage))),
  best: has({
    ...{ copies, cycles: optional, latencyNs: optional, batch: optional, throughputPerSecond: optional },
    ...{ energyPj: optional, energyDelayPjNs: optional, group: optional, writes: optional },
    rounds: v.exactOptional(v.array(v.unknown(), expected('a list of rounds'))),
  }),
});

/** What is read of results, by the command that they are of. */
export const resultSchemas = { schedule, simulate, optimize } as const;

/** A key that every result of a command has and no other document of ours. */
const TELLTALES = { schedule: 'baselineCycles', simulate: 'clockNs', optimize: 'best' } as const;

/** Which command a document is a result of; undefined where it is none. */
export function resultKind(document: unknown): ResultKind | undefined {
  if (!isMapping(document)) return undefined;
  const kinds = ['schedule', 'simulate', 'optimize'] as const;
  return kinds.find((kind) => Object.hasOwn(document, TELLTALES[kind]));
}

/** A checked result of `clsa-cim schedule`, as far as it is compared. */
export type ScheduleResult = v.InferOutput<typeof schedule>;
/** A checked result of `clsa-cim simulate`, as far as it is compared. */
export type SimulateResult = v.InferOutput<typeof simulate>;
/** One of its layers, or of those of a simulation. */
export type ResultLayer = v.InferOutput<typeof layer>;
/** A checked result of `clsa-cim optimize`, as far as it is compared. */
export type OptimizeResult = v.InferOutput<typeof optimize>;
