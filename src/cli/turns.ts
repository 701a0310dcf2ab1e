import { type Command, Option } from 'commander';
import { ClsaCimError } from '../errors.ts';
import { isRoundsName } from '../map/rounds-name.ts';
import type { Scheduling } from '../schedule/scheduling.ts';
import { type BatchOptions, MAX_BATCH, type Reload, type Rounds } from '../schedule/turn-options.ts';
import { wholeNumber } from './options.ts';

/** Options of a command that schedules a batch, with weights that may take turns. */
export interface TurnFlags {
  readonly batch?: number;
  readonly group?: number;
  readonly reload?: Reload;
  readonly rounds?: string;
}

/** The options that say how many inferences run, and how weights take turns. */
export function withTurns(command: Command): Command {
  return command
    .option(
      '--batch <n>',
      'inferences that go through the chip one after the other (default: 1)',
      wholeNumber(1, MAX_BATCH),
    )
    .addOption(groupOption('the batch'))
    .addOption(reloadOption())
    .addOption(roundsOption('auto'));
}

/** The option that says how weights are written. */
export function reloadOption(): Option {
  return new Option(
    '--reload <mode>',
    'how weights are written where they take turns: rolling, a PE as soon as one is free (default), or barrier, a round when the one before it is finished',
  ).choices(['rolling', 'barrier']);
}

/** The option that says how many inferences share what is written; left out, `all` of them. */
export function groupOption(all: string): Option {
  const what = `inferences that go through all rounds together (default: ${all})`;
  return new Option('--group <b>', what).argParser(wholeNumber(1, MAX_BATCH));
}

/**
 * The option that says in which rounds weights take turns.
 *
 * @param usual What is done where it is left out and the network does not fit.
 */
export function roundsOption(usual: string): Option {
  return new Option(
    '--rounds <which>',
    `let weights take turns: auto (what is fastest), fewest, or a YAML or JSON list of the layers that begin a round (default: ${usual}, and only where the network does not fit)`,
  );
}

/**
 * The options of a schedule that the flags ask for.
 *
 * @throws ClsaCimError where flags contradict each other, or rounds are neither known nor in a file.
 */
export async function resolveTurns(flags: TurnFlags, scheduling: Scheduling): Promise<BatchOptions> {
  const { batch, group, reload, rounds } = flags;
  if (group !== undefined && group > (batch ?? 1)) {
    throw new ClsaCimError(
      `--group ${group} is more than --batch ${batch ?? 1}; give a batch of at least as many, or a smaller group`,
      'usage',
    );
  }
  if (scheduling === 'lbl' && reload === 'rolling') {
    throw new ClsaCimError(
      '--reload rolling is of no use with --scheduling lbl, where a layer is written when the one before it is finished; ' +
        'leave one of them out',
      'usage',
    );
  }
  if (scheduling === 'lbl' && rounds !== undefined && rounds !== 'auto') {
    throw new ClsaCimError(
      '--rounds is of no use with --scheduling lbl, where every layer is a round; leave one of them out',
      'usage',
    );
  }
  return { batch, group, reload, rounds: await resolveRounds(rounds) };
}

/** Rounds by name, or those in a file; only then the parser of YAML is loaded. */
export async function resolveRounds(given: string | undefined): Promise<Rounds | undefined> {
  if (given === undefined || isRoundsName(given)) return given;
  const { readRoundsFile } = await import('../node/rounds.ts');
  return readRoundsFile(given);
}
