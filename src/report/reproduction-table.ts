import {
  REPRODUCED_GRANULARITIES,
  type ReproducedNetwork,
  type ReproducedSetting,
  type Reproduction,
  type UtilizationGain,
  type UtilizationLead,
} from '../experiments/reproduction.ts';
import { type Printout, title } from './printout.ts';
import { percent, type Table, table, times } from './table.ts';

/** The evaluation as text. */
export function reproductionText(result: Reproduction): Printout {
  return [
    title('Base layers and minimum of PEs, beside the published ones'),
    '',
    table(
      ['network', 'base layers', 'published', 'PEs', 'published'],
      result.networks.map((network) => [
        network.network,
        network.baseLayers,
        network.publishedBaseLayers,
        network.minimumPes,
        network.publishedMinimumPes,
      ]),
    ),
    '',
    ...REPRODUCED_GRANULARITIES.flatMap((granularity) => [
      title(`Speedup over layer by layer, ${granularity} sets`),
      '',
      settingTable(result.networks, granularity, ({ speedup }) => times(speedup)),
      '',
      title(`Utilization, ${granularity} sets`),
      '',
      settingTable(result.networks, granularity, ({ utilization }) => percent(utilization)),
      '',
    ]),
    title('Beside the published speedups'),
    '',
    publishedTable(result.networks),
    '',
    ...assumptions(result.networks),
    `Largest gain of utilization over layer by layer: ${times(result.bestUtilizationGain)} here, up to ` +
      `${times(result.publishedUtilizationGain)} published\n` +
      '(the paper does not say for which network).',
    ...lead(result.utilizationLead),
    '',
  ];
}

/** A row for every setting, a column for every network. */
function settingTable(
  networks: readonly ReproducedNetwork[],
  granularity: string,
  show: (setting: ReproducedSetting) => string,
): Table {
  const settings = new Set(networks.flatMap((network) => network.settings.map(({ setting }) => setting)));
  return table(
    ['setting', ...networks.map(({ network }) => network)],
    [...settings].map((setting) => [
      setting,
      ...networks.map((network) => {
        const found = network.settings.find(
          (candidate) => candidate.setting === setting && candidate.granularity === granularity,
        );
        return found === undefined ? '' : show(found);
      }),
    ]),
    { isWhole: true },
  );
}

function publishedTable(networks: readonly ReproducedNetwork[]): Table {
  const rows = networks.flatMap(({ network, settings }) =>
    settings
      .filter((setting) => setting.publishedSpeedup !== undefined)
      .map((setting) => [
        network,
        setting.setting,
        setting.granularity,
        times(setting.speedup),
        times(setting.publishedSpeedup!),
        `${setting.deviation! >= 0 ? '+' : ''}${percent(setting.deviation!)}`,
      ]),
  );
  return table(['network', 'setting', 'sets', 'here', 'published', 'deviation'], rows);
}

/** Where the published gain may be from, and what speaks against it. */
function lead(found: UtilizationLead | undefined): string[] {
  if (found === undefined) return [];
  const { nearest, against } = found;
  return [
    `A lead, no more: ${nearest.network} at ${nearest.setting}, ${nearest.granularity} sets, gains ${calculation(nearest)}.`,
    ...against.map(
      ({ network, publishedUtilizationGain: published, ...gain }) =>
        `Against it: ${network} gains more there, ${calculation(gain)}` +
        `${published === undefined ? '' : ` (${times(published)} as published)`}.`,
    ),
  ];
}

function calculation(
  gain: Pick<UtilizationGain, 'speedup' | 'minimumPes' | 'totalPes' | 'utilizationGain'>,
): string {
  const { speedup, minimumPes, totalPes, utilizationGain } = gain;
  return `${times(speedup)} · ${minimumPes} / ${totalPes} = ${times(utilizationGain)}`;
}

function assumptions(networks: readonly ReproducedNetwork[]): string[] {
  const lines = networks.flatMap(({ network, settings }) =>
    settings.flatMap(({ assumed }) => (assumed === undefined ? [] : [`${network}: ${assumed}`])),
  );
  const unique = [...new Set(lines)];
  return unique.length === 0 ? [] : [...unique, ''];
}
