import type { MovementFinding } from '../experiments/movement.ts';
import { type Printout, title } from './printout.ts';
import { duration, perSecond, signedPercent, table } from './table.ts';

/** The finding as text. */
export function movementText(finding: MovementFinding): Printout {
  const rows = finding.networks.flatMap(({ network, settings }) =>
    settings.map((setting) => ({ ...setting, network })),
  );
  const widths = rows[0]!.onChip.map(({ linkBitsPerCycle }) => `${linkBitsPerCycle}-bit links`);
  const full = finding.networks.map(({ network, settings, alone }) => ({
    network,
    overestimates: [...alone, settings.at(-1)!.onChip[0]!],
  }));
  const resources = finding.networks[0]!.alone.map(({ resource }) => resource);
  return [
    title(
      `${finding.granularity} sets, ${finding.batch} inferences one after the other: inferences per second with free ` +
        'movement,\nand by how much that overestimates what the chip does',
    ),
    '',
    table(
      ['network', 'setting', 'PEs', 'free', ...widths],
      rows.map(({ network, setting, usedPes, free, onChip }) => [
        ...[network, setting, usedPes, perSecond(free.throughputPerSecond)],
        ...onChip.map(({ throughputOverestimate }) => signedPercent(throughputOverestimate)),
      ]),
    ),
    '',
    title('Latency of one inference with free movement, and what the chip adds'),
    '',
    table(
      ['network', 'setting', 'free', ...widths],
      rows.map(({ network, setting, free, onChip }) => [
        ...[network, setting, duration(free.latencyNs)],
        ...onChip.map(({ latencyIncrease }) => signedPercent(latencyIncrease)),
      ]),
    ),
    '',
    title(`${rows.at(-1)!.setting}, ${widths[0]}: the overestimate where only one resource is limited`),
    '',
    table(
      ['network', ...resources, 'all'],
      full.map(({ network, overestimates }) => [
        network,
        ...overestimates.map(({ throughputOverestimate }) => signedPercent(throughputOverestimate)),
      ]),
    ),
    '',
    `Largest overestimate of throughput: ${signedPercent(finding.largestOverestimate)} here, up to ` +
      `${signedPercent(finding.publishedOverestimate)} published\n` +
      '(CIMFlow, ACM TECS 2025, doi 10.1145/3760780; on other chips).',
    '',
  ];
}
