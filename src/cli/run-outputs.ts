import { type Command, Option } from 'commander';
import { ClsaCimError } from '../errors.ts';
import { isSameFile, refuseInputs, writingOf } from './outputs.ts';

/** A file that a command writes of what it has found, besides what it prints: an option with a path. */
export interface RunOutput<Run> {
  /** The option and its argument, as `--trace <file>`. */
  readonly flags: string;
  /** What help says of it. */
  readonly description: string;
  /** Further options that say how it is written. */
  readonly options?: readonly Option[];
  /**
   * Checks, before anything is computed, that the file can be written.
   *
   * @throws ClsaCimError where it cannot.
   */
  check(path: string, flags: object): void | Promise<void>;
  /** Writes the file, whole or not at all. */
  write(path: string, run: Run, flags: object): void | Promise<void>;
}

/** Adds the options of all outputs. */
export function withOutputs<Run>(command: Command, outputs: readonly RunOutput<Run>[]): Command {
  for (const { flags, description, options = [] } of outputs) {
    command.option(flags, description);
    for (const option of options) command.addOption(option);
  }
  return command;
}

/** Outputs that were asked for and may be written. */
export interface CheckedOutputs<Run> {
  /** True where nothing is to be written. */
  readonly isEmpty: boolean;
  /** The options that ask for them, such as `--trace`. */
  readonly options: readonly string[];
  /** Writes them all, one after the other. */
  write(run: Run): Promise<void>;
}

/**
 * The outputs that the flags ask for, checked before anything is computed.
 *
 * @param inputs What the command reads: nothing is written over it.
 * @throws ClsaCimError where one cannot be written, is read, or two are the same file.
 */
export async function checkOutputs<Run>(
  outputs: readonly RunOutput<Run>[],
  flags: object,
  inputs: readonly string[],
): Promise<CheckedOutputs<Run>> {
  const asked: { option: string; path: string; output: RunOutput<Run> }[] = [];
  for (const output of outputs) {
    const { long, attributeName } = nameOf(output);
    const path = (flags as Record<string, unknown>)[attributeName];
    if (typeof path !== 'string') {
      refuseWithout(long, output.options, flags);
      continue;
    }
    refuseInputs(long, path, inputs);
    await writingOf(long, () => output.check(path, flags));
    const same = asked.find((other) => isSameFile(other.path, path));
    if (same !== undefined) {
      throw new ClsaCimError(`${same.option} and ${long} are the same file; give another path`, 'usage');
    }
    asked.push({ option: long, path, output });
  }
  return {
    isEmpty: asked.length === 0,
    options: asked.map(({ option }) => option),
    async write(run) {
      for (const { option, path, output } of asked) {
        await writingOf(option, () => output.write(path, run, flags));
      }
    },
  };
}

/** Sees to it that nobody says how a file is written that is not asked for. */
function refuseWithout(output: string, options: readonly Option[] = [], flags: object): void {
  const given = options.find(
    (option) => option.defaultValue === undefined && option.attributeName() in flags,
  );
  if (given === undefined) return;
  throw new ClsaCimError(
    `${given.long} is of no use without ${output}; give a file, or leave it out`,
    'usage',
  );
}

function nameOf({ flags }: Pick<RunOutput<never>, 'flags'>): { long: string; attributeName: string } {
  const option = new Option(flags);
  return { long: option.long ?? flags, attributeName: option.attributeName() };
}
