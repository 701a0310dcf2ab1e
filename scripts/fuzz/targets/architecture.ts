import { deepStrictEqual } from 'node:assert/strict';
import type { Architecture } from '../../../src/architecture/architecture.ts';
import { architectureToYaml, parseArchitecture } from '../../../src/architecture/file.ts';
import { architecturePresets } from '../../../src/architecture/presets.ts';
import { schedule } from '../../../src/schedule/schedule.ts';
import { simulate } from '../../../src/simulate/simulate.ts';
import { fileTarget } from '../file-target.ts';
import { lines } from '../lines.ts';
import { exampleFiles, textOf, textSample } from './real-files.ts';
import { smallNetwork, YAML_READS, yaml } from './small-network.ts';

/** Architectures: presets as they are written out, and those of the documents. What is taken is used. */
export const architecture = fileTarget({
  name: 'architecture',
  suffix: '.yaml',
  reads: YAML_READS,
  formats: [yaml, lines],
  corpus: () => [
    ...architecturePresets.map((preset) => textSample(preset.name, architectureToYaml(preset))),
    ...exampleFiles('.yaml').filter(({ bytes }) => /^crossbar/m.test(textOf(bytes))),
  ],
  run(bytes) {
    const chip = parseArchitecture(textOf(bytes), 'fuzz.yaml');
    deepStrictEqual(parseArchitecture(architectureToYaml(chip), 'written.yaml'), chip);
    useChip(chip);
  },
});

function useChip(chip: Architecture): void {
  const { speedup, utilization } = schedule(smallNetwork, chip, { granularity: 'row' });
  // Where weights take turns, writing them may take longer than all else.
  if (!(speedup > 0 && utilization > 0 && utilization <= 1)) throw new Error(`${speedup}, ${utilization}`);
  if (chip.chip !== undefined) simulate(smallNetwork, chip, { granularity: 'row', batch: 2 });
}
