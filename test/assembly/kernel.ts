/** The parts of the engine that know no chip, compiled by themselves: what tests call one by one. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { instantiateSync } from '@assemblyscript/loader';
import asc from 'assemblyscript/asc';

/** Where the parts are, from the root. */
const PARTS = [
  ...['memory', 'bit-set', 'calendar', 'event', 'queue', 'counters', 'runs', 'bins'].map(
    (part) => `assembly/kernel/${part}`,
  ),
  'assembly/execute/random',
];

const root = fileURLToPath(new URL('../..', import.meta.url));
/** There is no such file: {@link compile} makes up what it holds. */
const ENTRY = 'test/assembly/entry.ts';
/** How the engine itself is built; assertions are kept. */
const { options }: { options: { enable: string[]; maximumMemory: number; runtime: string } } = JSON.parse(
  readFileSync(join(root, 'asconfig.json'), 'utf8'),
);

/** An address in the memory of the instance. */
export type Address = number;

/** A value that is neither below 0 nor above 2^32 - 1, which Wasm gives as a signed number. */
export const address = (value: number): Address => value >>> 0;

/** What the parts export. 64-bit integers are BigInts, true is 1. */
export interface Kernel {
  readonly memory: WebAssembly.Memory;
  /** memory: a bump allocator. */
  mark(): bigint;
  release(to: bigint): void;
  allocate(bytes: bigint): Address;
  isExhausted(): number;
  /** bit-set: sets of small numbers. */
  newBitSet(count: number): Address;
  addBit(bits: Address, number: number): void;
  removeBit(bits: Address, number: number): void;
  lowestBit(bits: Address): number;
  takeLowestBit(bits: Address): number;
  mayHaveBits(bits: Address): number;
  /** calendar: a wheel of events by time. */
  resetCalendar(): void;
  now(): bigint;
  enter(event: Address, at: bigint): void;
  advance(): number;
  takeEvents(): Address;
  takeEventsInOrder(): Address;
  /** event: records in lists. */
  resetEvents(): void;
  newEvent(time: bigint, kindAndDetail: number, id: number): Address;
  kindWith(kind: number, detail: number): number;
  sortEvents(first: Address): Address;
  linkEvents(event: Address, next: Address): void;
  nextEvent(event: Address): Address;
  lastEvent(event: Address): Address;
  dropEvent(event: Address): void;
  eventTime(event: Address): bigint;
  eventKind(event: Address): number;
  eventDetail(event: Address): number;
  eventId(event: Address): number;
  /** queue: tasks that are served one by one, and lists in the order of ids. */
  arriveAt(arrivals: Address, event: Address): void;
  takeArrivals(arrivals: Address): Address;
  enqueue(queue: Address, first: Address): void;
  serveNext(queue: Address): Address;
  endService(queue: Address): number;
  serveAtOnce(queue: Address): number;
  insertInOrder(queue: Address, event: Address): void;
  firstInOrder(queue: Address): Address;
  removeFirstInOrder(queue: Address): void;
  /** runs: times and how often each is there, as a heap or a queue. */
  newRuns(): Address;
  isEmptyRuns(runs: Address): number;
  firstTime(runs: Address): bigint;
  firstCount(runs: Address): bigint;
  enqueueRun(runs: Address, time: bigint, count: bigint): void;
  dequeueRun(runs: Address, count: bigint): void;
  pushRun(runs: Address, time: bigint, count: bigint): void;
  popRun(runs: Address, count: bigint): void;
  /** counters: words that are counted down, four at a time. */
  countDown(words: Address, count: number): number;
  countDownChosen(words: Address, count: number, bits: number): number;
  /** bins: numbers over time. */
  resetBins(most: number): void;
  hasBins(): number;
  binCycles(): bigint;
  newSeries(isPeak: number): Address;
  addAt(sums: Address, at: bigint, amount: number): void;
  addSpan(sums: Address, from: bigint, until: bigint, amount: number): void;
  raiseAt(peaks: Address, at: bigint, value: number): void;
  raiseSpan(peaks: Address, from: bigint, until: bigint, value: number): void;
  closeBins(end: bigint): void;
  /** random: numbers by position. */
  draw(a: number, b: number, c: number, d: number, keyA: number, keyB: number): void;
  drawn(index: number): number;
  lastUniform(): number;
  normal(index: number): number;
}

let compiled: Promise<WebAssembly.Module> | undefined;

/** An instance of its own, with nothing in its memory. */
export async function kernel(): Promise<Kernel> {
  compiled ??= compile();
  return instantiateSync<Kernel & Record<string, unknown>>(await compiled, {}).exports;
}

/** Compiles an entry that exports all that the parts export. */
async function compile(): Promise<WebAssembly.Module> {
  const entry = PARTS.map((part) => `export * from '../../${part}';\n`).join('');
  let wasm: Uint8Array<ArrayBuffer> | undefined;
  const { enable, maximumMemory, runtime } = options;
  const flags = ['--runtime', runtime, '--maximumMemory', `${maximumMemory}`, '--optimize'];
  for (const feature of enable) flags.push('--enable', feature);
  const { error, stderr } = await asc.main([ENTRY, '--outFile', 'kernel.wasm', ...flags], {
    readFile: (name) => (name === ENTRY ? entry : read(name)),
    writeFile: (_, contents) => {
      if (typeof contents !== 'string') wasm = new Uint8Array(contents);
    },
  });
  if (error !== null || wasm === undefined) throw new Error(`${error?.message}\n${stderr.toString()}`);
  return new WebAssembly.Module(wasm);
}

function read(name: string): string | null {
  try {
    return readFileSync(join(root, name), 'utf8');
  } catch {
    return null; // asc asks for names that may be
  }
}
