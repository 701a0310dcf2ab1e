import type { CopiesFinding, CopiesSetting } from '../experiments/copies.ts';
import { type Printout, title } from './printout.ts';
import { type Cell, type Table, table, times } from './table.ts';

/** The finding as text. */
export function copiesText(finding: CopiesFinding): Printout {
  const { granularity, batch } = finding;
  return [
    title(
      `${granularity} sets, PEs of 512 x 512: how many times as fast as layer by layer without copies\n` +
        'one inference is, with free movement and on the chip',
    ),
    '',
    settingsTable(
      finding,
      ['free', 'free, pixel sets', 'on the chip'],
      ({ free, freePixelLatency, onChip }) => [free.latency, freePixelLatency, onChip.latency],
    ),
    '',
    title(`The same of ${batch} inferences one after the other, once that is steady`),
    '',
    settingsTable(finding, ['free', 'on the chip'], ({ free, onChip }) => [
      free.throughput,
      onChip.throughput,
    ]),
    '',
    ...besidePublished(finding),
  ];
}

/** A row for every network and number of PEs. */
function settingsTable(
  { networks }: CopiesFinding,
  heads: readonly string[],
  speedups: (setting: CopiesSetting) => readonly number[],
): Table {
  const rows = networks.flatMap(({ network, settings }) =>
    settings.map((setting): Cell[] => [
      ...[network, setting.extraPes, setting.totalPes],
      ...speedups(setting).map(times),
    ]),
  );
  return table(['network', 'extra PEs', 'PEs', ...heads], rows);
}

function besidePublished({ granularity, networks, published }: CopiesFinding): string[] {
  const { network, extraPes, speedup } = published;
  const own = networks
    .find((candidate) => candidate.network === network)
    ?.settings.find((setting) => setting.extraPes === extraPes);
  if (own === undefined) return [];
  return [
    `${network}, ${extraPes} extra PEs, one inference, free: ${times(own.free.latency)} at ${granularity} sets, ` +
      `${times(own.freePixelLatency)} at pixel sets;\nup to ${speedup}x published (CIMFlow, ACM TECS 2025, ` +
      'doi 10.1145/3760780; on another chip;\nnetwork and PEs as summaries say).',
    '',
  ];
}
