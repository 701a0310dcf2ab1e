import { CommanderError } from 'commander';
import { ClsaCimError } from '../errors.ts';
import { createProgram } from './program.ts';

/** Exit statuses of the command line. */
const EXIT = { done: 0, input: 1, usage: 2, bug: 70 } as const;

/** Runs one command line and returns the exit status; whatever goes wrong is one line on standard error. */
export async function run(args: readonly string[]): Promise<number> {
  try {
    const program = await createProgram(args);
    await program.parseAsync(args, { from: 'user' });
    return EXIT.done;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
    if (error instanceof ClsaCimError) {
      process.stderr.write(`clsa-cim: ${oneLine(error.message)}\n`);
      return EXIT[error.kind];
    }
    const message = error instanceof Error ? error.message : String(error);
    process.stderr.write(`clsa-cim: this is a bug of ours, please report it: ${oneLine(message)}\n`);
    if (process.env.CLSA_CIM_DEBUG && error instanceof Error) process.stderr.write(`${error.stack}\n`);
    return EXIT.bug;
  }
}

function oneLine(message: string): string {
  return message.replaceAll(/\s*\n\s*/g, ' ');
}
