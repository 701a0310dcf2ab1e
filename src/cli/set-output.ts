import { show } from '../input/show.ts';
import type { LayerSets } from '../schedule/sets.ts';
import type { NodeSets } from '../simulate/index.ts';
import { interruptible } from './interruption.ts';
import type { RunOutput } from './run-outputs.ts';

/** What has sets. */
interface WithSets {
  /** Of every layer. */
  readonly sets: readonly LayerSets[] | readonly NodeSets[];
}

/** `--schedule-out`: every set with its times. */
export function setOutput(times: string): RunOutput<WithSets> {
  return {
    flags: '--schedule-out <file>',
    description: `write every set with its ${times}; .jsonl, .csv or .parquet`,
    async check(path) {
      const { checkSetFile } = await import('../report/set-file.ts');
      checkSetFile(path);
    },
    async write(path, { sets }) {
      const { writeSetFile } = await import('../report/set-file.ts');
      await interruptible(
        (signal) => writeSetFile(path, sets, signal),
        () => `stopped; ${show(path)} was not written`,
      );
    },
  };
}
