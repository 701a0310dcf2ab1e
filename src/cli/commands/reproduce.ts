import { Command } from 'commander';
import { ClsaCimError } from '../../errors.ts';
import type { OnProgress } from '../../progress.ts';
import type { Printout } from '../../report/printout.ts';
import { findZooEntry, type ZooEntry, zoo } from '../../zoo/index.ts';
import { inPhase } from '../phase.ts';
import { print, type WideFlag } from '../print.ts';
import { resultDocument } from '../result-document.ts';

interface ReproduceFlags extends WideFlag {
  readonly json?: boolean;
}

/** Something published that is run again. */
interface Experiment {
  readonly name: string;
  /** Networks that it is published for, which are the ones that may be asked for. */
  readonly networks: readonly ZooEntry[];
  /** The result as an object for `--json`, and as text; only then the code behind it is loaded. */
  run(
    entries: readonly ZooEntry[],
    onProgress: OnProgress,
  ): Promise<{ readonly result: object; readonly text: () => Printout }>;
}

const paperNetworks = zoo.filter(({ published }) => published !== undefined);

/** Those for which rounds are chosen many times in less than a minute. */
const turnsNetworks = paperNetworks.filter(({ name }) => !['resnet101', 'resnet152'].includes(name));

/** Those of the zoo that CIMFlow evaluates, as far as summaries tell (docs/experiments.md). */
const copiesNetworks = ['tinyyolov3', 'vgg16', 'vgg19', 'resnet50', 'resnet101', 'mobilenetv2'];

/** The experiment where none is named. */
const speedups: Experiment = {
  name: 'speedups',
  networks: paperNetworks,
  run: async (entries, onProgress) => {
    const { reproduce } = await import('../../experiments/reproduction.ts');
    const { reproductionText } = await import('../../report/reproduction-table.ts');
    const result = reproduce(entries, onProgress);
    return { result, text: () => reproductionText(result) };
  },
};

/** All experiments (docs/experiments.md). One more is one more entry. */
const experiments: readonly Experiment[] = [
  speedups,
  {
    name: 'movement',
    networks: paperNetworks,
    run: async (entries, onProgress) => {
      const { movementFinding } = await import('../../experiments/movement.ts');
      const { movementText } = await import('../../report/movement-table.ts');
      const result = movementFinding(entries, onProgress);
      return { result, text: () => movementText(result) };
    },
  },
  {
    name: 'buffers',
    networks: zoo.filter(({ name }) => name === 'mobilenetv2' || name === 'resnet50'),
    run: async (entries, onProgress) => {
      const { buffersFinding } = await import('../../experiments/buffers.ts');
      const { buffersText } = await import('../../report/buffers-table.ts');
      const result = buffersFinding(entries, onProgress);
      return { result, text: () => buffersText(result) };
    },
  },
  {
    name: 'spilling',
    networks: zoo.filter(({ name, published }) => published !== undefined || name === 'mobilenetv2'),
    run: async (entries, onProgress) => {
      const { spillingFinding } = await import('../../experiments/spilling.ts');
      const { spillingText } = await import('../../report/spilling-table.ts');
      const result = spillingFinding(entries, onProgress);
      return { result, text: () => spillingText(result) };
    },
  },
  {
    name: 'copies',
    networks: zoo.filter(({ name }) => copiesNetworks.includes(name)),
    run: async (entries, onProgress) => {
      const { copiesFinding } = await import('../../experiments/copies.ts');
      const { copiesText } = await import('../../report/copies-table.ts');
      const result = copiesFinding(entries, onProgress);
      return { result, text: () => copiesText(result) };
    },
  },
  {
    name: 'sizes',
    networks: paperNetworks,
    run: async (entries, onProgress) => {
      const { sizesFinding } = await import('../../experiments/sizes.ts');
      const { sizesText } = await import('../../report/sizes-table.ts');
      const result = sizesFinding(entries, onProgress);
      return { result, text: () => sizesText(result) };
    },
  },
  {
    name: 'writes',
    networks: turnsNetworks,
    run: async (entries, onProgress) => {
      const { writesFinding } = await import('../../experiments/writes.ts');
      const { writesText } = await import('../../report/writes-table.ts');
      const result = writesFinding(entries, onProgress);
      return { result, text: () => writesText(result) };
    },
  },
  {
    name: 'groups',
    networks: turnsNetworks,
    run: async (entries, onProgress) => {
      const { groupsFinding } = await import('../../experiments/groups.ts');
      const { groupsText } = await import('../../report/groups-table.ts');
      const result = groupsFinding(entries, onProgress);
      return { result, text: () => groupsText(result) };
    },
  },
];

/** `clsa-cim reproduce`: what the paper and others published, run again. */
export function reproduceCommand(): Command {
  return new Command('reproduce')
    .description('Run what the CLSA-CIM paper and others published, and print it beside their numbers')
    .argument(
      '[experiment or networks...]',
      'speedups: the evaluation of the paper (default); movement: what free movement hides; buffers: throughput ' +
        'over the size of buffers; spilling: both with smaller buffers, with and without spilling; copies: what copies gain on crossbars of 512 x 512; sizes, writes, groups: weights in turns over the size of the chip, the time of a write, ' +
        'the size of groups. Then some of its networks; all of them by default',
    )
    .option('--json', 'print the result as one JSON document')
    .action(run);
}

async function run(names: readonly string[], flags: ReproduceFlags): Promise<void> {
  const named = experiments.find(({ name }) => name === names[0]);
  const experiment = named ?? speedups;
  const networks = named === undefined ? names : names.slice(1);
  const entries =
    networks.length === 0 ? experiment.networks : networks.map((name) => networkOf(experiment, name));
  const { result, text } = await inPhase('reproducing', (onProgress) => experiment.run(entries, onProgress));
  if (flags.json) process.stdout.write(resultDocument(result));
  else await print(text(), flags);
}

function networkOf({ name: experiment, networks }: Experiment, name: string): ZooEntry {
  const entry = findZooEntry(name);
  if (entry !== undefined && networks.includes(entry)) return entry;
  const known = networks.map((candidate) => candidate.name).join(', ');
  throw new ClsaCimError(
    experiment === speedups.name
      ? `the paper does not evaluate ${JSON.stringify(name)}; it does ${known}`
      : `the experiment ${experiment} is not for ${JSON.stringify(name)}; it is for ${known}`,
    'usage',
  );
}
