import { oneLine } from '../input/show.ts';
import { copyInWords, TimelineFault } from './fault.ts';
import type { TakenPes, TimedResidency, TimedWriting, Timeline } from './timeline.ts';

/** PEs that begin to be written, or are written, at a cycle. */
interface Change {
  readonly cycle: number;
  readonly pes: number;
  readonly by: TimedResidency;
}

/**
 * Checks that PEs are taken before they are written, that writing takes its time, and that no more of the chip and of a tile
 * are written at a time than can be.
 *
 * @throws TimelineFault that names the layer, the copy and the cycles.
 */
export function checkWriting(timeline: Timeline): void {
  const { residencies, writing } = timeline;
  if (writing === undefined) return;
  for (const residency of residencies)
    for (const take of residency.takes) checkTime(timeline, residency, take, writing);
  checkAtATime(timeline, residencies.flatMap(changesOf(writing)), writing.parallelWrites);
}

function checkTime(
  timeline: Timeline,
  residency: TimedResidency,
  { cycle, begin, end, pes, tile }: TakenPes,
  { writeCycles, parallelWrites, tilePorts }: TimedWriting,
): void {
  const needed = Math.ceil(pes / Math.min(pes, parallelWrites, tilePorts)) * writeCycles;
  if (cycle >= 0 && cycle <= begin && end - begin >= needed) return;
  const where = tile < 0 ? '' : ` of tile ${tile}`;
  refuse(
    timeline,
    residency,
    `${pes} ${pes === 1 ? 'PE' : 'PEs'}${where}, taken at cycle ${cycle} and written from cycle ${begin} to ${end}, which takes ${needed} cycles`,
  );
}

/** How many PEs are written at a time: what is known of a write is when the first begins and the last is written. */
const changesOf =
  ({ writeCycles }: TimedWriting) =>
  (by: TimedResidency): Change[] =>
    by.takes.flatMap(({ begin, end, pes }) => {
      const change = (cycle: number, count: number) => ({ cycle, pes: count, by });
      if (end - begin === writeCycles) return [change(begin, pes), change(end, -pes)];
      const last = Math.max(begin + writeCycles, end - writeCycles);
      return [
        ...[change(begin, 1), change(begin + writeCycles, -1)],
        ...(pes > 1 ? [change(last, 1), change(end, -1)] : []),
      ];
    });

function checkAtATime(timeline: Timeline, changes: Change[], parallelWrites: number): void {
  // What is written leaves before the next begins.
  changes.sort((a, b) => a.cycle - b.cycle || a.pes - b.pes);
  let written = 0;
  for (const { cycle, pes, by } of changes) {
    written += pes;
    if (written > parallelWrites)
      refuse(
        timeline,
        by,
        `${written} PEs are written at cycle ${cycle}, and ${parallelWrites} can be at a time`,
      );
  }
}

function refuse({ nodes }: Timeline, residency: TimedResidency, problem: string): never {
  const { name } = nodes[residency.node]!;
  throw new TimelineFault('writing', `${copyInWords(residency)} of layer ${oneLine(name)}: ${problem}`);
}
