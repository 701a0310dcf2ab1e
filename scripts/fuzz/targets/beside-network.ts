import { parseArchitecture } from '../../../src/architecture/file.ts';
import { architecturePresets } from '../../../src/architecture/presets.ts';
import { parseDuplication } from '../../../src/map/duplication-file.ts';
import { parseRounds } from '../../../src/map/rounds-file.ts';
import { baseLayers } from '../../../src/network/network.ts';
import { schedule } from '../../../src/schedule/schedule.ts';
import { parsePlacement } from '../../../src/simulate/placement/file.ts';
import { simulate } from '../../../src/simulate/simulate.ts';
import { fileTarget } from '../file-target.ts';
import { lines } from '../lines.ts';
import type { Sample, Target } from '../target.ts';
import { exampleFiles, textOf, textSample } from './real-files.ts';
import { smallNetwork, YAML_READS, yaml } from './small-network.ts';

/** Files that say something of one network: each is read, and what it says is done. */
function besideNetwork(
  name: string,
  samples: readonly (string | Sample)[],
  run: (text: string) => void,
): Target {
  return fileTarget({
    name,
    suffix: '.yaml',
    reads: YAML_READS,
    formats: [yaml, lines],
    corpus: () => samples.map((one, i) => (typeof one === 'string' ? textSample(`${name} ${i}`, one) : one)),
    run: (bytes) => run(textOf(bytes)),
  });
}

const example = (name: string) => exampleFiles('.yaml').filter((sample) => sample.name === name);
const layers = baseLayers(smallNetwork);
const paper = architecturePresets.find(({ name }) => name === 'paper')!;
const isaac = architecturePresets.find(({ name }) => name === 'isaac')!;
/** Crossbars that the network's weights do not fit all at once, so that they take turns. */
const turning = { ...paper, crossbarRows: 32, crossbarColumns: 32, pes: 12, peWriteNs: 56_000 };

/** Copies of every base layer. */
export const duplication = besideNetwork(
  'duplication',
  [...example('copies.yaml'), '[1, 2, 3]', 'conv2d: 4\nconv2d_2: 64', '{"conv2d": 1, "conv2d_1": 2}'],
  (text) => {
    const copies = parseDuplication(text, 'fuzz.yaml', layers);
    schedule(smallNetwork, paper, { duplication: copies, extraPes: 100 });
  },
);

/** Layers that begin a round. */
export const rounds = besideNetwork(
  'rounds',
  [
    ...example('rounds.yaml'),
    '[conv2d_1]',
    '- conv2d\n- conv2d_1\n- conv2d_2',
    '["conv2d_1[2/3]", "conv2d_2"]',
  ],
  (text) => {
    const begins = parseRounds(text, 'fuzz.yaml');
    schedule(smallNetwork, turning, { rounds: begins, batch: 4, granularity: 'row' });
  },
);

const mesh =
  example('mesh.yaml').map(({ bytes }) => parseArchitecture(textOf(bytes), 'mesh.yaml'))[0] ?? isaac;

/** Tiles in the order in which copies take them. */
export const placement = besideNetwork(
  'placement',
  ['[0, 1, 2]', '- 5\n- 3\n- 15\n- 0', '[15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0]', '[7]'],
  (text) => {
    const order = parsePlacement(text, 'fuzz.yaml');
    simulate(smallNetwork, mesh, { placement: order, granularity: 'row' });
  },
);
