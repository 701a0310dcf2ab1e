import * as v from 'valibot';
import type { Architecture } from '../../architecture/architecture.ts';
import { architectureSchema } from '../../architecture/architecture-schema.ts';
import { oneLine } from '../../input/show.ts';
import { textsByName } from '../../input/validate.ts';
import type { FinishedChunk, Point, Row, Value } from '../point.ts';

/*
 * What is in Redis. Keys of BullMQ start with `clsa-cim:<sweep>:`, where `<sweep>` is the name of the queue. A sweep has
 * a queue of its own, whose name holds the engine and the content that its points refer to, so that neither versions nor
 * contents ever mix; chunks and results name that content once more.
 */

/** Of all keys. */
export const PREFIX = 'clsa-cim';
/** A hash: for every sweep, under the name of its queue, its {@link SweepEntry}. */
export const SWEEPS = `${PREFIX}:sweeps`;
/** A hash: what points of a sweep refer to, gzip'd, under its SHA-256. */
export function contentKey(sweep: string): string {
  return `${PREFIX}:content:${sweep}`;
}

/** Who gathers the results of a directory, by the id of that (see claim.ts). */
export function claimKey(id: string): string {
  return `${PREFIX}:gatherer:${id}`;
}

/** The queue of a sweep: `id` is that of its directory, `setup` the digest of what its points refer to. */
export function queueName(id: string, engine: string, setup: string): string {
  return `${id}-${engine.split(' ').at(-1)!.slice(0, 16)}-${setup.slice(0, 16)}`;
}

const QUEUE_NAME = /^[0-9a-f]{24}-[0-9a-f]{16}-[0-9a-f]{16}$/;

/** True for what {@link queueName} makes. */
export function isQueueName(name: string): boolean {
  return QUEUE_NAME.test(name);
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
  /** As in the manifest. */
  readonly engine: string;
  /** The JSON of a network, or why there is none. */
  readonly networks: readonly ({ readonly digest: string } | { readonly error: string })[];
  readonly architectures: readonly Architecture[];
  readonly texts: Readonly<Record<string, string>>;
  /** Source of the user's policies. */
  readonly policies?: { readonly digest: string };
}

const setupSchema: v.GenericSchema<unknown, SharedSetup> = v.object({
  engine: v.string(),
  networks: v.array(v.union([v.object({ digest }), v.object({ error: v.string() })])),
  architectures: v.array(architectureSchema),
  texts: textsByName,
  policies: v.exactOptional(v.object({ digest })),
});

/** Points, and the digest of what they refer to. */
export interface Chunk {
  readonly setup: string;
  readonly points: readonly Point[];
}

/** What came of a chunk, and the digest of what whoever ran it has taken its points to refer to. */
export interface Result extends FinishedChunk {
  readonly setup: string;
}

const value: v.GenericSchema<unknown, Value> = v.union([v.string(), v.number(), v.boolean(), v.null()]);
const values = v.record(v.string(), value);
const chunkSchema: v.GenericSchema<unknown, Chunk> = v.object({
  setup: digest,
  points: v.array(
    v.object({
      key: digest,
      network: v.pipe(v.number(), v.integer(), v.minValue(0)),
      architecture: v.pipe(v.number(), v.integer(), v.minValue(0)),
      parameters: values,
    }),
  ),
});
const resultSchema: v.GenericSchema<unknown, Result> = v.object({
  setup: digest,
  lines: v.array(v.pipe(v.string(), v.transform(canonicalRow), v.string())),
  milliseconds: v.number(),
});
const rowSchema: v.GenericSchema<unknown, Row> = v.union([
  v.strictObject({ key: digest, parameters: values, results: values }),
  v.strictObject({
    ...{ key: digest, parameters: values, error: v.string() },
    retry: v.exactOptional(
      v.strictObject({ memoryMib: v.exactOptional(v.number()), seconds: v.exactOptional(v.number()) }),
    ),
  }),
]);

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
export function parseChunk(data: unknown): Chunk {
  return v.parse(chunkSchema, data);
}

/** What came of a chunk; undefined for what is no such thing, row by row. */
export function parseResult(data: unknown): Result | undefined {
  const result = v.safeParse(resultSchema, data);
  return result.success ? result.output : undefined;
}

const KEY = /^\{"key":"([0-9a-f]{64})",/;

/** The key of the point whose row a line is. */
export function keyOfLine(line: string): string | undefined {
  return KEY.exec(line)?.[1];
}

/** A row as the journal wants it; undefined for what is none. */
function canonicalRow(line: string): string | undefined {
  const row = v.safeParse(rowSchema, parsed(line));
  return row.success ? JSON.stringify(row.output) : undefined;
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
