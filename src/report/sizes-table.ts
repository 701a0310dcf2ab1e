import type { ChipSize, SizesFinding, SizesNetwork } from '../experiments/sizes.ts';
import type { Speed } from '../experiments/turns-setup.ts';
import { type Printout, title } from './printout.ts';
import { type Cell, duration, perSecond, table, wholePercent } from './table.ts';

/** The finding as text. */
export function sizesText({ granularity, group, networks }: SizesFinding): Printout {
  return [
    title(
      `${granularity} sets: latency of one inference over the size of the chip, 100 % being one copy of every layer`,
    ),
    '',
    table(
      [...HEADS, 'rolling', 'barrier', 'lbl', 'at once'],
      rows(networks, (size) => [
        ...head(size, size.roundCount),
        ...speeds(size, ({ latencyNs }) => duration(latencyNs)),
      ]),
    ),
    '',
    title(`Inferences per second in groups of ${group}, and writes of a PE per inference (rolling)`),
    '',
    table(
      [...HEADS, 'rolling', 'barrier', 'lbl', 'at once', 'writes'],
      rows(networks, (size) => [
        ...head(size, size.streamRoundCount),
        ...speeds(size, ({ throughputPerSecond }) => perSecond(throughputPerSecond)),
        size.peWritesPerInference.toFixed(3),
      ]),
    ),
    '',
    'rolling, barrier, lbl (layer by layer): weights in turns; at once: all weights stay on the chip.',
    '',
    ...networks.map(sentence),
    '',
  ];
}

const HEADS = ['network', 'size', 'PEs', 'rounds'];

function rows(networks: readonly SizesNetwork[], show: (size: ChipSize) => Cell[]): Cell[][] {
  return networks.flatMap(({ network, sizes }) => sizes.map((size) => [network, ...show(size)]));
}

function head({ share, pes }: ChipSize, rounds: number): Cell[] {
  return [wholePercent(share), pes, rounds];
}

function speeds({ rolling, barrier, layerByLayer, atOnce }: ChipSize, show: (speed: Speed) => string) {
  return [show(rolling), show(barrier), show(layerByLayer), atOnce === undefined ? '' : show(atOnce)];
}

function sentence({ network, sizes, sufficient }: SizesNetwork): string {
  const from = (share: number | undefined) =>
    share === undefined ? 'at none of these sizes' : `from ${wholePercent(share)} on`;
  const largest = wholePercent(sizes.at(-1)!.share);
  return (
    `${network}: turns are as fast as all at once on ${largest} ${from(sufficient.latencyShare)}; in groups ` +
    `${from(sufficient.throughputShare)}.`
  );
}
