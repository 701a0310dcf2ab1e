import { Worker } from 'node:worker_threads';
import { Random } from '../src/optimize/random.ts';
import { type Table, table } from '../src/report/table.ts';
import { measure } from './measure.ts';

/** What the machine takes for something that no program does without; `--json` prints them as they are. */
export interface MachineMeasurement {
  readonly name: 'machine';
  readonly operation: string;
  /** Of one of them. */
  readonly seconds: number;
}

const KIB = 2 ** 10;
const MIB = 2 ** 20;
/** Dependent operations of one sample. */
const STEPS = 2 ** 20;

/**
 * What other figures are held against (docs/performance.md): adds that wait for one another, words written one behind the other, words read of
 * which each says where the next one is, and a thread that is started.
 */
export async function machineBenchmarks(quick: boolean): Promise<MachineMeasurement[]> {
  const large = quick ? MIB : 256 * MIB;
  return [
    secondsOf('two operations of whole numbers, one after the other', STEPS, quick, () => sumOf(STEPS)),
    ...[16 * KIB, 256 * KIB, large].map((bytes) => {
      const words = new Int32Array(bytes / 4);
      let value = 0;
      return secondsOf(
        `word written, ${sizeText(bytes)}`,
        words.length,
        quick,
        () => void words.fill(value++),
      );
    }),
    ...[16 * KIB, 256 * KIB, 4 * MIB, large].map((bytes) => {
      const next = cycleOf(bytes / 4);
      const steps = Math.min(STEPS, next.length);
      return secondsOf(`word read that says which is next, ${sizeText(bytes)}`, steps, quick, () =>
        follow(next, steps),
      );
    }),
    { name: 'machine', operation: 'thread until its first message', seconds: await threadSeconds() },
  ];
}

function secondsOf(operation: string, count: number, quick: boolean, work: () => void): MachineMeasurement {
  const subject = { name: operation, network: '', granularity: '', sets: count };
  return { name: 'machine', operation, seconds: measure(subject, work, quick).secondsPerRun / count };
}

/** Keeps what is computed, so that it has to be. */
let kept = 0;

function sumOf(steps: number): void {
  let sum = kept;
  for (let i = 0; i < steps; i++) sum = ((sum ^ i) + 1) | 0;
  kept = sum;
}

function follow(next: Int32Array, steps: number): void {
  let at = kept % next.length;
  for (let i = 0; i < steps; i++) at = next[at]!;
  kept = at;
}

/** A random way through all words that comes back to where it began. */
function cycleOf(words: number): Int32Array {
  const random = new Random(1);
  const next = Int32Array.from({ length: words }, (_, i) => i);
  for (let i = words - 1; i > 0; i--) {
    const j = random.below(i);
    [next[i], next[j]] = [next[j]!, next[i]!];
  }
  return next;
}

async function threadSeconds(): Promise<number> {
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i < 5; i++) {
    const start = performance.now();
    const worker = new Worker("require('node:worker_threads').parentPort.postMessage(0)", { eval: true });
    await new Promise((resolve) => worker.once('message', resolve));
    least = Math.min(least, (performance.now() - start) / 1e3);
    await worker.terminate();
  }
  return least;
}

function sizeText(bytes: number): string {
  return bytes < MIB ? `${bytes / KIB} KiB` : `${bytes / MIB} MiB`;
}

/** The measurements as a table. */
export function machineTable(measured: readonly MachineMeasurement[]): Table {
  const rows = measured.map(({ operation, seconds }) => [operation, (seconds * 1e9).toPrecision(3)]);
  return table(['what the machine takes for one', 'ns'], rows);
}
