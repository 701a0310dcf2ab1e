import type { SpillingFinding, SpillingSetting, SpillingSize } from '../experiments/spilling.ts';
import { type Printout, title } from './printout.ts';
import { integer, type Table, table, times } from './table.ts';

/** The finding as text. */
export function spillingText({ granularity, batch, settings }: SpillingFinding): Printout {
  return [
    title(
      `${granularity} sets: how many times as long as with free movement ${batch} inferences take,\n` +
        'over the input buffer of a tile; without spilling',
    ),
    '',
    slowdowns(settings, ({ withoutCycles }) => withoutCycles),
    '',
    title('With spilling where it would halt without'),
    '',
    slowdowns(settings, ({ withCycles }) => withCycles),
    '',
    title('The same with the smallest input buffers that need no spilling, and with less'),
    '',
    belowSmallest(settings),
    '',
  ];
}

function slowdowns(
  settings: readonly SpillingSetting[],
  cyclesOf: (size: SpillingSize) => number | undefined,
): Table {
  const sizes = settings[0]!.sizes.map(({ inputBufferBytes }) => `${inputBufferBytes / 1024} KiB`);
  return table(
    ['network', 'setting', 'PEs', ...sizes],
    settings.map(({ network, setting, usedPes, freeCycles, sizes }) => [
      ...[network, setting, usedPes],
      ...sizes.map((size) => slowdown(cyclesOf(size), freeCycles)),
    ]),
  );
}

function belowSmallest(settings: readonly SpillingSetting[]): Table {
  return table(
    ['network', 'setting', 'smallest', 'there', 'a byte less', 'a half', 'a quarter', 'an eighth'],
    settings.map(({ network, setting, smallest, below, freeCycles }) => [
      ...[network, setting, `${integer(smallest.inputBufferBytes)} B`],
      ...[smallest, ...below].map(({ withCycles }) => slowdown(withCycles, freeCycles)),
    ]),
  );
}

function slowdown(cycles: number | undefined, freeCycles: number): string {
  return cycles === undefined ? 'halts' : times(cycles / freeCycles);
}
