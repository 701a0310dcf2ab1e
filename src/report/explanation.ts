import { oneLine } from '../input/show.ts';
import type { CriticalRun } from '../simulate/critical-path.ts';
import type { Explanation, Growth, Limit } from '../simulate/explain.ts';
import { integer, percent, shortName, table } from './table.ts';

/** So many runs of the critical path are shown, those that took longest. */
const MAX_RUNS = 20;
/** Resources that take less of the time than this (0.0 % in print) are not worth a sentence. */
const LEAST_SHARE = 0.0005;

/** An explanation as text for a terminal: sentences, then the critical path. */
export function printExplanation(explanation: Explanation): string {
  return [...sentences(explanation), '', criticalPathTable(explanation), ''].join('\n');
}

/** What limits the chip, what to grow first, and what gains nothing. */
export function sentences(explanation: Explanation): string[] {
  const { growFirst, limits, growths } = explanation;
  const lost = limits.filter(({ share }) => share >= LEAST_SHARE);
  const useless = growths.filter(({ share }) => share <= 0);
  return [
    ...(lost.length === 0
      ? [onlyMvms(explanation)]
      : [...lost.map(limitSentence), idealSentence(explanation)]),
    bottleneckSentence(explanation),
    growFirst === undefined ? 'No single resource gains anything when it is grown.' : growSentence(growFirst),
    ...(useless.length === 0
      ? []
      : [`Nothing is gained by: ${useless.map(({ name, change }) => `${name} (${change})`).join('; ')}.`]),
  ];
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
  return `Grow ${name} first (${change}): ${integer(cyclesBefore)} cycles become ${integer(cycles)}, ${percent(share)} less.`;
}

function isPlural(name: string): boolean {
  return name.endsWith('s');
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function criticalPathTable({ criticalPath, cycles }: Explanation): string {
  const length = (run: CriticalRun) => run.endCycle - run.startCycle;
  const longest = new Set(criticalPath.toSorted((a, b) => length(b) - length(a)).slice(0, MAX_RUNS));
  const shown = criticalPath.filter((run) => longest.has(run));
  const heads = ['critical path', 'op', 'sets', 'waited for', 'from', 'to', 'waited', 'worked', 'completed'];
  const rows = shown.map((run) => [
    shortName(run.layer),
    run.op,
    run.sets,
    run.from === undefined ? run.waitedFor : `${run.waitedFor} of ${shortName(run.from)}`,
    run.startCycle,
    run.endCycle,
    run.waitCycles,
    run.workCycles,
    run.completionCycles,
  ]);
  const hidden = criticalPath.length - shown.length;
  const leaving = cycles - (criticalPath.at(-1)?.endCycle ?? 0);
  return [
    table(heads, rows),
    ...(hidden === 0 ? [] : [`… and ${integer(hidden)} shorter runs of sets.`]),
    ...(leaving === 0 ? [] : [`Then the last results leave the chip, ${integer(leaving)} cycles.`]),
  ].join('\n');
}
