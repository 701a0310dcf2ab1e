import { oneLine } from '../input/show.ts';
import type { CriticalRun } from '../simulate/critical/critical-runs.ts';
import type { Explanation, Growth, Limit, Skipped } from '../simulate/explain/explain.ts';
import type { Block, Printout } from './printout.ts';
import { integer, percent, shortName, table } from './table.ts';

/** So many runs of the critical path are shown, those that took longest. */
const MAX_RUNS = 20;
/** Resources that take less of the time than this (0.0 % in print) are not worth a sentence. */
const LEAST_SHARE = 0.0005;

/** Of alike reasons why trials were skipped, so many characters are shown. */
const MAX_REASON = 200;

/** An explanation as text: what was tried, the critical path, and what follows from it. */
export function explanationText(explanation: Explanation): Printout {
  return [
    ...findings(explanation),
    '',
    ...criticalPathTable(explanation),
    '',
    ...conclusion(explanation),
    '',
  ];
}

/** All sentences of an explanation. */
export function sentences(explanation: Explanation): string[] {
  return [...findings(explanation), ...conclusion(explanation)];
}

/** What limits the chip and how much, what gains nothing, and what could not be tried. */
function findings(explanation: Explanation): string[] {
  const { growths, skipped } = explanation;
  const lost = limiting(explanation);
  const useless = growths.filter(({ share }) => share <= 0);
  return [
    ...(lost.length === 0
      ? [onlyMvms(explanation)]
      : [...lost.map(limitSentence), idealSentence(explanation)]),
    bottleneckSentence(explanation),
    ...(useless.length === 0
      ? []
      : [`Nothing is gained by: ${useless.map(({ name, change }) => `${name} (${change})`).join('; ')}.`]),
    ...skipped.map(skippedSentence),
  ];
}

/** What limits this chip in one sentence, and what to grow first in another. */
function conclusion(explanation: Explanation): string[] {
  const { growFirst, cycles, idealCycles, bottleneck } = explanation;
  const [most] = limiting(explanation);
  const layer = oneLine(bottleneck.layer);
  const mvms = `the MVMs of ${layer}, ${percent(bottleneck.mvmCycles / cycles)} of the time`;
  const limit =
    most === undefined || bottleneck.mvmCycles / cycles > most.share
      ? `What limits this chip most: ${mvms}`
      : `What limits this chip most: ${most.name}, ${percent(most.share)} of the time`;
  const rest = cycles > idealCycles ? `; MVMs alone would take ${percent(idealCycles / cycles)}` : '';
  return [
    `${limit}${rest}.`,
    growFirst === undefined ? 'No single resource gains anything when it is grown.' : growSentence(growFirst),
    ...spillSentence(explanation),
  ];
}

function limiting({ limits }: Explanation): Limit[] {
  return limits.filter(({ share }) => share >= LEAST_SHARE);
}

function onlyMvms({ limits, cycles, idealCycles }: Explanation): string {
  if (cycles <= idealCycles) return 'Nothing but the MVMs of the layers limits this chip.';
  if (limits.length === 0) return 'Nothing but the MVMs of the layers and partial sums limits this chip.';
  return `No single resource limits this chip; together they take ${integer(cycles - idealCycles)} cycles more than MVMs alone.`;
}

function limitSentence({ name, share, cycles }: Limit): string {
  return `${capital(name)} take${isPlural(name) ? '' : 's'} ${percent(share)} of the time: without limit there, ${integer(cycles)} cycles are left.`;
}

function idealSentence({ cycles, idealCycles }: Explanation): string {
  return `With MVMs alone, ${integer(idealCycles)} of ${integer(cycles)} cycles would be left.`;
}

function bottleneckSentence({ bottleneck, cycles }: Explanation): string {
  const { layer, copies, mvmCycles } = bottleneck;
  return (
    `The bottleneck layer is ${oneLine(layer)}: its ${integer(copies)} ${copies === 1 ? 'copy computes' : 'copies compute'} ` +
    `${integer(mvmCycles)} of ${integer(cycles)} cycles.`
  );
}

function growSentence({ name, change, cyclesBefore, cycles, share }: Growth): string {
  return (
    `Grow ${name} first (${change}): simulated again, ${integer(cyclesBefore)} cycles become ${integer(cycles)}, ` +
    `${percent(share)} less.`
  );
}

/** Which resource saves most of what spills, and a smaller step that saves some of it. */
function spillSentence(explanation: Explanation): string[] {
  const { growths, smallGrowths = [], spillingAlways } = explanation;
  if (spillingAlways !== undefined) return alwaysSentence(explanation, spillingAlways);
  const spilled = growths.find(({ spill }) => spill !== undefined)?.spill;
  if (spilled === undefined) return [];
  const [best] = savings(growths).toSorted((a, b) => a.trafficBits - b.trafficBits);
  const spills = `${integer(spilled.trafficBitsBefore)} bits are stored for want of room and fetched back`;
  const small = savings(smallGrowths).map(
    (step) => `Grow ${step.name} only ${step.change}, and ${savedTraffic(step)} of it disappears.`,
  );
  if (best === undefined) return [`${spills}; no single resource that grows saves any of that.`, ...small];
  return [
    `${spills}. Grow ${best.name} (${best.change}), and ${savedTraffic(best)} of this traffic disappears.`,
    ...small,
  ];
}

function alwaysSentence(
  { cycles }: Explanation,
  always: { readonly cycles: number; readonly share: number },
) {
  if (always.share <= 0) return [];
  const saved = `${integer(cycles)} cycles become ${integer(always.cycles)}, ${percent(always.share)} less`;
  return [`Nothing has to go off the chip for want of room. With --spill always it does, and ${saved}.`];
}

type Saving = Growth & NonNullable<Growth['spill']>;

/** Growths that save some of what spills. */
function savings(growths: readonly Growth[]): Saving[] {
  return growths.flatMap((growth) =>
    growth.spill === undefined || growth.spill.trafficBits >= growth.spill.trafficBitsBefore
      ? []
      : [{ ...growth, ...growth.spill }],
  );
}

function savedTraffic({ trafficBits, trafficBitsBefore }: Saving): string {
  return percent((trafficBitsBefore - trafficBits) / trafficBitsBefore);
}

function skippedSentence({ name, change, why }: Skipped): string {
  const reason = why.length > MAX_REASON ? `${why.slice(0, MAX_REASON)}…` : why;
  return `Not tried: ${name} (${change}), since ${reason}.`;
}

function isPlural(name: string): boolean {
  return name.endsWith('s');
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** What is said of the sets of a run, and of those that came in turn with them. */
function inTurn(run: CriticalRun, text: (kind: Kind) => string): string {
  return [...new Set([run, ...(run.inTurnWith ?? [])].map(text))].join(', ');
}

type Kind = Pick<CriticalRun, 'layer' | 'op' | 'waitedFor' | 'from'>;

function waitedFor({ waitedFor: cause, from }: Kind): string {
  return from === undefined ? cause : `${cause} of ${shortName(from)}`;
}

function criticalPathTable({ criticalPath, cycles }: Explanation): Block[] {
  const length = (run: CriticalRun) => run.endCycle - run.startCycle;
  const longest = new Set(criticalPath.toSorted((a, b) => length(b) - length(a)).slice(0, MAX_RUNS));
  const shown = criticalPath.filter((run) => longest.has(run));
  const heads = ['critical path', 'op', 'sets', 'waited for', 'from', 'to', 'waited', 'worked', 'completed'];
  const rows = shown.map((run) => [
    inTurn(run, ({ layer }) => shortName(layer)),
    inTurn(run, ({ op }) => op),
    run.sets,
    inTurn(run, waitedFor),
    run.startCycle,
    run.endCycle,
    run.waitCycles,
    run.workCycles,
    run.completionCycles,
  ]);
  const hidden = criticalPath.length - shown.length;
  const leaving = cycles - (criticalPath.at(-1)?.endCycle ?? 0);
  return [
    table(heads, rows, {
      important: ['waited for', 'waited', 'worked', 'from', 'to', 'sets', 'completed', 'op'],
    }),
    ...(hidden === 0 ? [] : [`… and ${integer(hidden)} shorter runs of sets.`]),
    ...(leaving === 0 ? [] : [`Then the last results leave the chip, ${integer(leaving)} cycles.`]),
  ];
}
