import type { Command } from 'commander';
import { ClsaCimError } from '../errors.ts';
import { show } from '../input/show.ts';
import type { Timeline } from '../picture/timeline.ts';
import type { OnProgress } from '../progress.ts';
import { version } from '../version.ts';
import { interruptible } from './interruption.ts';
import { notify } from './notify.ts';
import { wholeNumber } from './options.ts';
import { refuseInputs, writingOf } from './outputs.ts';
import { inPhase } from './phase.ts';

const OPTION = '--trace';
const ENDING = /\.json(\.gz)?$/i;

/** Options of a command that writes a trace. */
export interface TraceFlags {
  readonly trace?: string;
  readonly traceLimit?: number;
}

/** Adds the options that say where to write a trace, and how large it may be. */
export function withTrace(command: Command): Command {
  return command
    .option('--trace <file>', 'write a trace for ui.perfetto.dev or chrome://tracing; .json or .json.gz')
    .option(
      '--trace-limit <events>',
      'events of the trace at most; beyond it, sets that follow on one another are one bar (default: 1000000)',
      wholeNumber(1),
    );
}

/**
 * Checks the options of a trace before anything is computed.
 *
 * @param inputs What is read, as for {@link refuseInputs}.
 * @throws ClsaCimError where the file cannot be written, is one of the inputs or has another ending, and where there is a limit
 * of no trace.
 */
export async function checkTrace(
  { trace, traceLimit }: TraceFlags,
  inputs: readonly string[],
): Promise<void> {
  if (trace === undefined) {
    if (traceLimit === undefined) return;
    throw new ClsaCimError(
      '--trace-limit is of no use without --trace; give a file, or leave it out',
      'usage',
    );
  }
  if (!ENDING.test(trace)) {
    throw new ClsaCimError(
      `${OPTION} ${show(trace)}: the ending of the file must be one of .json, .json.gz`,
      'usage',
    );
  }
  const { checkPlace } = await import('../files/whole-file.ts');
  await writingOf(OPTION, () => checkPlace(trace));
  refuseInputs(OPTION, trace, inputs);
}

/**
 * Writes the trace of a timeline, and says on standard error what is not in it.
 *
 * @throws ClsaCimError where it cannot be written, the limit is too low, or writing is stopped.
 */
export async function writeTrace(
  path: string,
  timeline: Timeline,
  { traceLimit }: Pick<TraceFlags, 'traceLimit'>,
): Promise<void> {
  const { traceOf } = await import('../trace/trace.ts');
  const { writeChunks } = await import('../files/chunk-file.ts');
  const trace = await writingOf('--trace-limit', () =>
    traceOf(timeline, { tool: `clsa-cim ${version}`, mostEvents: traceLimit }),
  );
  const chunks = function* (onProgress: OnProgress) {
    for (const { text, share } of trace.chunks()) {
      onProgress(share);
      yield text;
    }
  };
  const isGzip = /\.gz$/i.test(path);
  await interruptible(
    (signal) =>
      inPhase('writing the trace', (onProgress) =>
        writingOf(OPTION, () => writeChunks(path, chunks(onProgress), { isGzip, signal })),
      ),
    () => `stopped; ${show(path)} was not written`,
  );
  for (const said of trace.leftOut) notify(`the trace has ${trace.events} events: ${said}`);
}
