import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import type { Survivor, Tally } from './mutants.ts';

/** Where the survivors are that somebody has looked at, from the root. */
export const SURVIVORS_FILE = 'test/mutation/survivors.json';

/** Where the counts of the last run of each folder are, from the root. */
export const TALLIES_FILE = 'test/mutation/tallies.json';

const survivorsFile = v.strictObject({
  /** What the reasons mean. */
  reasons: v.record(v.string(), v.string()),
  /** Survivors by file; a change that is possible twice in equal lines is here twice. */
  files: v.record(
    v.string(),
    v.array(
      v.strictObject({
        line: v.string(),
        mutator: v.string(),
        original: v.string(),
        replacement: v.string(),
        reason: v.string(),
      }),
    ),
  ),
});

const count = v.pipe(v.number(), v.integer(), v.minValue(0));

const talliesFile = v.record(
  v.string(),
  v.strictObject({
    mutants: count,
    killed: count,
    timedOut: count,
    survived: count,
    wording: count,
    untried: count,
  }),
);

/** A survivor, and the key of the reason why no test notices. */
export interface KnownSurvivor extends Survivor {
  readonly reason: string;
}

/** What {@link SURVIVORS_FILE} holds. */
export interface KnownSurvivors {
  /** What the reasons mean, by their keys. */
  readonly reasons: Readonly<Record<string, string>>;
  readonly survivors: readonly KnownSurvivor[];
}

/** Reads {@link SURVIVORS_FILE}; throws where it is not what it should be. */
export function readSurvivors(root: string): KnownSurvivors {
  const { reasons, files } = v.parse(survivorsFile, readJson(root, SURVIVORS_FILE));
  const survivors = Object.entries(files).flatMap(([file, listed]) =>
    listed.map((survivor) => ({ file, ...survivor })),
  );
  return { reasons, survivors };
}

/** Reads {@link TALLIES_FILE}: the counts of each folder that was run, by its path. */
export function readTallies(root: string): Readonly<Record<string, Tally>> {
  return v.parse(talliesFile, readJson(root, TALLIES_FILE));
}

function readJson(root: string, file: string): unknown {
  return JSON.parse(readFileSync(join(root, file), 'utf8'));
}

/** How those that survive differ from those that are known to. */
export interface Differences {
  /** Survive, and nobody has said why. */
  readonly unknown: readonly Survivor[];
  /** Are said to survive, and do not. */
  readonly gone: readonly Survivor[];
}

/** Compares survivors one by one; equal ones count as often as they are there. */
export function compareSurvivors(found: readonly Survivor[], known: readonly Survivor[]): Differences {
  const unknown = without(found, known);
  return { unknown, gone: without(known, found) };
}

/** Those of `all` for which there is none in `others`. */
function without(all: readonly Survivor[], others: readonly Survivor[]): Survivor[] {
  const left = new Map<string, number>();
  for (const other of others) left.set(keyOf(other), (left.get(keyOf(other)) ?? 0) + 1);
  return all.filter((survivor) => {
    const times = left.get(keyOf(survivor)) ?? 0;
    left.set(keyOf(survivor), times - 1);
    return times <= 0;
  });
}

function keyOf({ file, line, mutator, original, replacement }: Survivor): string {
  return JSON.stringify([file, line, mutator, original, replacement]);
}
