import { loadOnnxBytes } from '../load-onnx.ts';
import { FLOAT, type ModelSpec, model } from '../onnx-writer.ts';
import { baseName, inputLayout, type OperatorCase, withBases, withReaders } from './case.ts';
import { arrangementOf, type Loaded, loaded } from './our-reads.ts';
import { shownPosition } from './positions.ts';
import { type Runner, runner } from './runtime.ts';
import { feedsOf, type Perturbed, type Reads, RuntimeReads } from './runtime-reads.ts';

/** What the loader says of a model, held against what ONNX Runtime does. */
export interface Comparison {
  /** Shapes that differ, one sentence each. */
  readonly shapes: readonly string[];
  /** Reads of the runtime that the loader does not know of: a schedule would start too early. */
  readonly missing: readonly string[];
  /** Reads that the loader makes up: a schedule waits for nothing. */
  readonly tooMany: readonly string[];
}

/** An output of the model as the loader sees it. */
interface LoadedOutput extends Loaded {
  readonly name: string;
}

/** Rounds in which every position is perturbed, and those in which only what the runtime has not shown yet is. */
const ROUNDS = 3;
const MORE_ROUNDS = 30;

/** Loads and runs the model of a case, and compares what every output position reads of every input position. */
export async function compare(test: OperatorCase): Promise<Comparison> {
  const bases = withBases(test);
  const sources = perturbedInputs(test, bases);
  const feeds = feedsOf(test, bases, sources);
  const shapes = await withRunner(bases, async (session) => {
    const results = await session.run(feeds(0));
    return new Map([...results].map(([name, { dims }]) => [name, dims]));
  });
  const spec = withReaders(test, bases, shapes);
  return withRunner(spec, async (session) => {
    const results = await session.run(feeds(0));
    const different: string[] = [];
    const outputs = (spec.outputs ?? []).flatMap((name): LoadedOutput[] => {
      const ours = loaded(spec, name, sources);
      const [theirs, mine] = [results.get(name)!.dims, ours.dims].map((dims) => `[${dims.join(', ')}]`);
      if (theirs === mine) return [{ ...ours, name }];
      different.push(`${name} is ${theirs}, and loaded as ${mine}`);
      return [];
    });
    const runtime = new RuntimeReads(session, sources, feeds, outputs);
    for (let round = 0; round < ROUNDS; round++) await runtime.round(() => true);
    for (let round = 0; round < MORE_ROUNDS && test.coarse === undefined; round++) {
      const doubtful = unseen(outputs, runtime.reads, sources);
      if (doubtful.every((positions) => positions.size === 0)) break;
      await runtime.round((source, position) => doubtful[source]!.has(position));
    }
    return { shapes: different, ...differences(outputs, runtime.reads, sources) };
  });
}

async function withRunner<T>(spec: ModelSpec, use: (session: Runner) => Promise<T>): Promise<T> {
  const session = await runner(model(spec));
  try {
    return await use(session);
  } finally {
    await session.release();
  }
}

/** The inputs of a case whose values are not fixed, or the base layers behind them. */
export function perturbedInputs(test: OperatorCase, bases: ModelSpec): Perturbed[] {
  const network = loadOnnxBytes(model(bases), 'test.onnx');
  const names = Object.keys(test.model.inputs ?? {}).filter((name) => test.fixed?.[name] === undefined);
  return names.map((name) => {
    const layout = inputLayout(test, name);
    const dims = (test.model.inputs![name] ?? []).map(Number);
    const axes = dims.map((_, axis) => axis);
    const [layer, feed] = layout === undefined ? [name, name] : [baseName(name), `outside:${name}`];
    const ofPositions =
      layout === undefined ? axes.reverse() : layout === 'first' ? axes.slice(2) : axes.slice(0, -1);
    const type = test.model.types?.[name] ?? FLOAT;
    return {
      ...arrangementOf(network, layer, dims, ofPositions),
      layer,
      feed,
      type,
      range: test.ranges?.[name] ?? ([-6, 6] as const),
    };
  });
}

/** Per source, the positions that the loader takes to be read somewhere where the runtime has not shown it yet. */
function unseen(
  outputs: readonly LoadedOutput[],
  truth: readonly Reads[],
  sources: readonly Perturbed[],
): Set<number>[] {
  const found = sources.map(() => new Set<number>());
  visitDifferences(outputs, truth, (_, __, source, position, ours) => {
    if (ours) found[source]!.add(position);
  });
  return found;
}

function differences(
  outputs: readonly LoadedOutput[],
  truth: readonly Reads[],
  sources: readonly Perturbed[],
): { missing: string[]; tooMany: string[] } {
  const missing: string[] = [];
  const tooMany: string[] = [];
  visitDifferences(outputs, truth, (output, position, source, read, ours) => {
    const from = sources[source]!;
    (ours ? tooMany : missing).push(
      `${output.name} ${shownPosition(output, position)} of ${from.layer} ${shownPosition(from, read)}`,
    );
  });
  return { missing, tooMany };
}

/** Calls `visit` where only one of loader (`ours`) and runtime says that a position is read. */
function visitDifferences(
  outputs: readonly LoadedOutput[],
  truth: readonly Reads[],
  visit: (output: LoadedOutput, position: number, source: number, read: number, ours: boolean) => void,
): void {
  outputs.forEach((output, o) => {
    output.reads.forEach((ofPosition, position) => {
      ofPosition.forEach((ours, source) => {
        const theirs = truth[o]![position]![source]!;
        ours.forEach((read, p) => {
          if (read !== theirs[p]) visit(output, position, source, p, read === 1);
        });
      });
    });
  });
}
