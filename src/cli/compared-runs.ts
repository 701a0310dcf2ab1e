import { basename, normalize } from 'node:path';
import { type RunSummary, resultKind, summaryOf } from '../compare/index.ts';
import { ClsaCimError } from '../errors.ts';
import { readTextFile } from '../files/text-file.ts';
import { oneLine, reasonOf } from '../input/show.ts';
import { isMapping } from '../input/validate.ts';
import { type DescribedRun, parseRunFile } from './run-file.ts';
import type { FinishedRun } from './run-kinds.ts';
import type { ToldOfSimulation } from './simulation-run.ts';

/** A run to compare. */
export interface LoadedRun {
  readonly summary: RunSummary;
  /** There for one that was run here: what its details can be had from. */
  readonly finished?: FinishedRun;
}

/** Results of large networks are some megabytes. */
const MAX_RESULT_BYTES = 2 ** 26;
/** What is written by hand is smaller; what is larger is meant as a result. */
const MAX_RUN_FILE = 2 ** 18;
/** How `--json` begins, and no YAML but what is JSON, too. */
const JSON_BEGINS = /^\s*\{\s*"/;
/** More in a row are what sweeps are for. */
const MAX_RUNS = 100;

/** A run as it stands in a file. */
interface FoundRun {
  readonly path: string;
  /** What the file calls it, or what the file is called. */
  readonly name: string;
  readonly source: { readonly result: unknown } | DescribedRun;
}

/**
 * The runs in files: results of `--json` as they are, and runs of options, which are run here, one after the other.
 *
 * @param told What is kept of simulations that are run here, for more than figures.
 * @throws ClsaCimError where a file is neither, there are fewer than two runs, or one fails; it is named then.
 */
export async function loadRuns(paths: readonly string[], told: ToldOfSimulation = {}): Promise<LoadedRun[]> {
  const found: FoundRun[] = [];
  for (const path of paths) found.push(...(await runsIn(path)));
  if (found.length < 2 || found.length > MAX_RUNS) {
    throw new ClsaCimError(
      `${found.length} ${found.length === 1 ? 'run is' : 'runs are'} given; give from 2 to ${MAX_RUNS}: results of --json, or files with the options of runs`,
      'usage',
    );
  }
  const names = uniqueNames(found);
  const loaded: LoadedRun[] = [];
  for (const [i, { path, source }] of found.entries()) {
    const name = names[i]!;
    if ('result' in source) loaded.push({ summary: summaryOf(name, source.result, oneLine(path)) });
    else {
      const finished = await source.run(told);
      loaded.push({ summary: summaryOf(name, finished.run.result), finished });
    }
  }
  return loaded;
}

async function runsIn(path: string): Promise<FoundRun[]> {
  const content = readTextFile(path, MAX_RESULT_BYTES);
  const stem = stemOf(path);
  const result = parsedResult(content, oneLine(path));
  if (result !== undefined) return [{ path, name: stem, source: { result } }];
  const runs = await parseRunFile(content, path);
  return runs.map((source, i) => {
    const name = source.name ?? (runs.length === 1 ? stem : `${stem} ${i + 1}`);
    return { path, name, source };
  });
}

/** What a file holds of a result of `--json`; undefined where it is something else. */
function parsedResult(content: string, where: string): unknown {
  if (!JSON_BEGINS.test(content)) {
    if (content.length <= MAX_RUN_FILE) return undefined;
    throw new ClsaCimError(`${where}: neither a result of --json nor the options of a run; give one of them`);
  }
  try {
    const document: unknown = JSON.parse(content);
    if (resultKind(document) !== undefined) return document;
    if (!isMapping(document) || !Object.hasOwn(document, 'version')) return undefined;
  } catch (error) {
    throw new ClsaCimError(`${where}: not valid JSON: ${reasonOf(error)}; write it again with --json`);
  }
  throw new ClsaCimError(
    `${where}: a document of --json, but not of schedule or simulate, nor of optimize for one chip; give one of these`,
  );
}

/** The names, with as much of the paths as tells files with the same one apart, and with numbers where nothing does. */
function uniqueNames(runs: readonly FoundRun[]): string[] {
  const taken = new Set<string>();
  return runs.map(({ name, path }) => {
    const alike = runs.filter((other) => other.name === name);
    const whole = alike.length === 1 ? name : withPath(name, path, alike);
    let unique = whole;
    for (let i = 2; taken.has(unique); i++) unique = `${whole} ${i}`;
    taken.add(unique);
    return unique;
  });
}

/** A name with the end of its path that no other of these paths has. */
function withPath(name: string, path: string, alike: readonly FoundRun[]): string {
  const parts = partsOf(path);
  const others = alike.map((other) => partsOf(other.path)).filter((other) => other.join() !== parts.join());
  const endOf = (own: readonly string[], length: number) => own.slice(-length).join('/');
  let length = 1;
  while (length < parts.length && others.some((other) => endOf(other, length) === endOf(parts, length))) {
    length++;
  }
  const end = endOf(parts, length);
  return others.length > 0 && stemOf(path) === name ? end : `${name} (${end})`;
}

/** Folders and name of a file. */
function partsOf(path: string): string[] {
  return normalize(path).split(/[\\/]/);
}

/** What a file is called, without its ending. */
function stemOf(path: string): string {
  return basename(path).replace(/\.\w{1,5}$/, '');
}
