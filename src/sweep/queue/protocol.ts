import * as v from 'valibot';
import { type Architecture, architectureSchema } from '../../architecture/architecture.ts';
import { oneLine } from '../../input/show.ts';
import type { FinishedChunk, Point, Value } from '../point.ts';

/*
 * What is in Redis. Keys of BullMQ start with `clsa-cim:<sweep>:`, where `<sweep>` is the name of the queue. A sweep has
 * a queue of its own, whose name holds the engine, so that versions never mix.
 */

/** Of all keys. */
export const PREFIX = 'clsa-cim';
/** A hash: for every sweep, under the name of its queue, its {@link SweepEntry}. */
export const SWEEPS = `${PREFIX}:sweeps`;
/** A hash: what points of a sweep refer to, gzip'd, under its SHA-256. */
export function contentKey(sweep: string): string {
  return `${PREFIX}:content:${sweep}`;
}

/** The queue of a sweep: `id` is that of its directory. */
export function queueName(id: string, engine: string): string {
  return `${id}-${engine.split(' ').at(-1)!.slice(0, 16)}`;
}

/** The engine as it is shown: the version and enough of the digest. */
export function shortEngine(engine: string): string {
  return oneLine(engine)
    .slice(0, 40)
    .replace(/ (.{12}).*$/, ' ($1)');
}

const digest = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/));

const entrySchema = v.object({
  /** As in the manifest. */
  engine: v.string(),
  /** Content that is a {@link SharedSetup}. */
  setup: digest,
  /** Milliseconds since 1970, by the clock of the machine that gathers. */
  startedAt: v.number(),
  seenAt: v.number(),
});
/** A sweep that workers can work for. */
export type SweepEntry = v.InferOutput<typeof entrySchema>;

/** What all points of a sweep refer to, with contents by their digests. */
export interface SharedSetup {
  /** The JSON of a network, or why there is none. */
  readonly networks: readonly ({ readonly digest: string } | { readonly error: string })[];
  readonly architectures: readonly Architecture[];
  readonly texts: Readonly<Record<string, string>>;
  /** Source of the user's policies. */
  readonly policies?: { readonly digest: string };
}

const setupSchema: v.GenericSchema<unknown, SharedSetup> = v.object({
  networks: v.array(v.union([v.object({ digest }), v.object({ error: v.string() })])),
  architectures: v.array(architectureSchema),
  texts: v.record(v.string(), v.string()),
  policies: v.exactOptional(v.object({ digest })),
});

const value: v.GenericSchema<unknown, Value> = v.union([v.string(), v.number(), v.boolean(), v.null()]);
const chunkSchema: v.GenericSchema<unknown, { points: readonly Point[] }> = v.object({
  points: v.array(
    v.object({
      key: digest,
      network: v.pipe(v.number(), v.integer(), v.minValue(0)),
      architecture: v.pipe(v.number(), v.integer(), v.minValue(0)),
      parameters: v.record(v.string(), value),
    }),
  ),
});
const finishedSchema: v.GenericSchema<unknown, FinishedChunk> = v.object({
  lines: v.array(v.string()),
  milliseconds: v.number(),
});

/** An entry of {@link SWEEPS}; undefined where it is none of this layout. */
export function parseEntry(json: string): SweepEntry | undefined {
  const result = v.safeParse(entrySchema, parsed(json));
  return result.success ? result.output : undefined;
}

export function parseSetup(json: string): SharedSetup | undefined {
  const result = v.safeParse(setupSchema, parsed(json));
  return result.success ? result.output : undefined;
}

/** @throws Error for what is no chunk. */
export function parseChunk(data: unknown): readonly Point[] {
  return v.parse(chunkSchema, data).points;
}

/** What came of a chunk; undefined for what is no such thing. */
export function parseFinished(data: unknown): FinishedChunk | undefined {
  const result = v.safeParse(finishedSchema, data);
  return result.success && result.output.lines.every(isLine) ? result.output : undefined;
}

const KEY = /^\{"key":"([0-9a-f]{64})",/;

/** The key of the point whose row a line is. */
export function keyOfLine(line: string): string | undefined {
  return KEY.exec(line)?.[1];
}

function isLine(line: string): boolean {
  return keyOfLine(line) !== undefined && !line.includes('\n') && parsed(line) !== undefined;
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
