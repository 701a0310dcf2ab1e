import { CommanderError } from 'commander';
import { ClsaCimError } from '../errors.ts';
import '../node/engine-file.ts';
import { hintFor } from '../input/hints.ts';
import { Interruption } from './interruption.ts';
import { complain, notify } from './notify.ts';
import { createProgram, isCommand } from './program.ts';
import { withoutSecrets } from './secrets.ts';

/** Exit statuses of the command line (docs/errors.md). */
export const EXIT = { done: 0, input: 1, usage: 2, bug: 70, interrupted: 130 } as const;

/** Runs one command line and returns the exit status; every mistake is one line on standard error. */
export async function run(args: readonly string[]): Promise<number> {
  try {
    const program = await createProgram(args);
    await program.parseAsync(args, { from: 'user' });
    return EXIT.done;
  } catch (error) {
    if (error instanceof CommanderError) {
      if (error.exitCode === 0) return EXIT.done;
      complain(usageMessage(error, args));
      return EXIT.usage;
    }
    if (error instanceof ClsaCimError) {
      const hint = hintFor(error, args[0]);
      for (const mistake of error.mistakes) complain(mistake + hint);
      return EXIT[error.kind];
    }
    if (error instanceof Interruption) {
      notify(error.message);
      return EXIT.interrupted;
    }
    const message = error instanceof Error ? error.message : String(error);
    complain(`this is a bug of ours, please report it: ${message}`);
    if (process.env.CLSA_CIM_DEBUG && error instanceof Error) {
      process.stderr.write(`${withoutSecrets(String(error.stack), args)}\n`);
    }
    return EXIT.bug;
  }
}

/** What commander says of a wrong call, and where the right ones are explained. */
function usageMessage(error: CommanderError, args: readonly string[]): string {
  const [name, topic] = args;
  // Commander answers these two with the whole help, which buries what is wrong.
  if (error.code === 'commander.help') {
    const problem = name === 'help' ? `unknown command '${topic}'` : 'a command is missing, such as schedule';
    return `${problem}; see clsa-cim --help`;
  }
  const problem = error.message
    .replace(/^error: /, '')
    // What was given to an option that is none may be a password.
    .replace(/^(unknown option '[^'=]*)=.*'/s, "$1'")
    .replace(/\s*\(Did you mean (.*)\?\)\s*$/, '; did you mean $1?');
  const help = `clsa-cim ${name !== undefined && isCommand(name) ? `${name} ` : ''}--help`;
  return /[.?]$/.test(problem) ? `${problem} See ${help}` : `${problem}; see ${help}`;
}
