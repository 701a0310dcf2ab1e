import { nameUpTo } from '../input/show.ts';
import type { Schedule } from '../schedule/schedule-result.ts';
import type { TurnsGain } from '../schedule/turns-gain.ts';
import type { Block } from './printout.ts';
import { duration, energy, integer, lifetime, percent, rounded, table } from './table.ts';

/** Names of layers in tables of rounds, which have two in a row. */
const SHOWN_NAME = 20;

/** The rounds of a schedule with an empty line behind them, where weights take turns and a round is more than a layer. */
export function roundTable({ rounds = [], scheduling }: Schedule): Block[] {
  if (rounds.length < 2 || scheduling === 'lbl') return [];
  const rows = rounds.map(({ layers: own, pes, startCycle, endCycle }, i) => [
    i,
    ...span(own),
    pes,
    startCycle,
    endCycle,
  ]);
  return [table(['round', 'first layer', 'last layer', 'layers', 'PEs', 'start', 'end'], rows), ''];
}

/** First and last of the layers of a round, and how many they are. */
export function span(layers: readonly string[]): [first: string, last: string, count: number] {
  return [nameUpTo(SHOWN_NAME, layers[0] ?? ''), nameUpTo(SHOWN_NAME, layers.at(-1) ?? ''), layers.length];
}

/** Metrics of a batch, where there is one. */
export function batchRows({
  batch = 1,
  group = batch,
  intervalCycles = 0,
  ...schedule
}: Schedule): string[][] {
  if (batch === 1) return [];
  const groups = Math.ceil(batch / group);
  const intervalNs = (intervalCycles * schedule.latencyNs) / schedule.cycles;
  return [
    ['inferences', groups === 1 ? integer(batch) : `${integer(batch)} in ${integer(groups)} groups`, ''],
    ['an inference every', `${integer(Math.round(intervalCycles))} cycles (${duration(intervalNs)})`, ''],
  ];
}

/** What it takes that weights take turns, where rounds were asked for or are needed. */
export function turnRows(schedule: Schedule): string[][] {
  const { reload, group = 1, roundCount = 1, writeCycles = 0, writes = 0 } = schedule;
  if (reload === undefined) return [];
  const { peWritesPerInference = 0, writeEnergyPjPerInference, lifetimeYears } = schedule;
  const rows = [
    ['rounds', roundCount === 1 ? '1, nothing is written' : `${integer(roundCount)} (${reload})`],
  ];
  if (roundCount > 1) {
    const each = rounded(peWritesPerInference);
    rows.push(
      ['a PE write', `${integer(writeCycles)} ${writeCycles === 1 ? 'cycle' : 'cycles'}`],
      ['writing', writingOf(schedule)],
      ['writes', `${few(writes / group)} PEs per inference, ${each} of a PE`],
    );
  }
  if (writeEnergyPjPerInference !== undefined && roundCount > 1)
    rows.push(['write energy', `${energy(writeEnergyPjPerInference)} per inference`]);
  if (lifetimeYears !== undefined) rows.push(['lifetime at full load', lifetime(lifetimeYears)]);
  return rows.map((row) => [...row, '']);
}

/** A number that large groups make small: one below 10 is not rounded to a whole one. */
function few(value: number): string {
  return value < 10 ? rounded(value) : integer(Math.round(value));
}

/** Cycles in which PEs are written, and how many of them computing hides. */
function writingOf({ writingCycles = 0, exposedWritingCycles = 0 }: Schedule): string {
  const all = `${integer(writingCycles)} cycles`;
  if (writingCycles === 0) return all;
  return `${all}, ${percent(Math.max(0, 1 - exposedWritingCycles / writingCycles))} hidden`;
}

/** What turns would gain, as a line. */
export function gainLine({
  cyclesAtOnce,
  cycles,
  roundCount,
  writesPerInference,
  isAuto,
}: TurnsGain): string {
  if (cycles >= cyclesAtOnce) return 'Weights in turns (--rounds auto) would gain nothing.';
  const about = isAuto ? '' : 'about ';
  const rounds = isAuto ? `${integer(roundCount)} rounds, ` : '';
  return (
    `Weights in turns (--rounds auto) would take ${about}${integer(cycles)} cycles instead of ${integer(cyclesAtOnce)} ` +
    `(${(cyclesAtOnce / cycles).toFixed(1)}x): ${rounds}${about}${few(writesPerInference)} PE writes per ` +
    'inference.'
  );
}
