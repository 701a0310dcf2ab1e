import { Option } from 'commander';
import { checkPlace } from '../files/whole-file.ts';
import { show } from '../input/show.ts';
import type { Timeline } from '../picture/timeline.ts';
import type { OnProgress } from '../progress.ts';
import type { SimulationUse } from '../simulate/index.ts';
import type { TraceOptions } from '../trace/trace.ts';
import { version } from '../version.ts';
import { interruptible } from './interruption.ts';
import { notify } from './notify.ts';
import { wholeNumber } from './options.ts';
import { demandEnding, writingOf } from './outputs.ts';
import { inPhase } from './phase.ts';
import type { RunOutput } from './run-outputs.ts';

const ENDINGS: readonly string[] = ['.json', '.json.gz'];

/** What a trace shows of a run. */
interface Traced<Run> {
  /** What ran when, with the times of all sets, however many there are. */
  timelineOf(run: Run): Timeline;
  /** What was used over time, where that is known. */
  useOf?(run: Run): SimulationUse | undefined;
}

/** `--trace`: what ran when, for ui.perfetto.dev. */
export function traceOutput<Run>({ timelineOf, useOf }: Traced<Run>): RunOutput<Run> {
  return {
    flags: '--trace <file>',
    description: 'write a trace for ui.perfetto.dev or chrome://tracing; .json or .json.gz',
    options: [
      new Option(
        '--trace-limit <events>',
        'events of the trace at most; with more to show, sets that follow on one another are one bar (default: 1000000)',
      ).argParser(wholeNumber(1)),
    ],
    check(path) {
      demandEnding(path, ENDINGS);
      checkPlace(path);
    },
    async write(path, run, flags: { readonly traceLimit?: number }) {
      const options = { mostEvents: flags.traceLimit, use: useOf?.(run) };
      await writeTrace(path, timelineOf(run), options);
    },
  };
}

/** Writes a trace, and says on standard error what is not in it. */
async function writeTrace(
  path: string,
  timeline: Timeline,
  options: Omit<TraceOptions, 'tool'>,
): Promise<void> {
  const [{ traceOf }, { writeChunks }] = await Promise.all([
    import('../trace/trace.ts'),
    import('../files/chunk-file.ts'),
  ]);
  // All that can be wrong with a timeline of the command's own is too low a limit.
  const trace = await writingOf('--trace-limit', () =>
    traceOf(timeline, { ...options, tool: `clsa-cim ${version}` }),
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
      inPhase('writing the trace', (onProgress) => writeChunks(path, chunks(onProgress), { isGzip, signal })),
    () => `stopped; ${show(path)} was not written`,
  );
  for (const said of trace.leftOut) notify(`the trace has ${trace.events} events: ${said}`);
}
