import type { WritesCurve, WritesFinding } from '../experiments/writes.ts';
import { type Printout, title } from './printout.ts';
import { integer, table } from './table.ts';

/** The finding as text. */
export function writesText({ granularity, curves }: WritesFinding): Printout {
  const writes = curves[0]!.writes.map(({ writeCycles }) => integer(writeCycles));
  return [
    title(
      `${granularity} sets, wdup+32: cycles per inference with all weights at once, and how many times as fast\n` +
        'turns are where a write takes so many cycles (–: one round, nothing is written)',
    ),
    '',
    table(['network', 'inferences', 'at once', ...writes], curves.map(row)),
    '',
    ...curves.map(sentence),
    '',
  ];
}

function row({ network, load, atOnceCycles, writes }: WritesCurve) {
  return [
    ...[network, load, integer(Math.round(atOnceCycles))],
    ...writes.map(({ roundCount, gain }) => (roundCount === 1 ? '–' : `${gain.toFixed(2)}x`)),
  ];
}

function sentence({ network, load, longestGainingWriteCycles: longest }: WritesCurve): string {
  const until =
    longest === undefined ? 'with none of these writes' : `up to ${integer(longest)} cycles a write`;
  return `${network}, ${load}: turns gain ${until}.`;
}
