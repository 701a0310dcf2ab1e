import { readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { Stryker } from '@stryker-mutator/core';
import type { MutatedFolder } from './folders.ts';
import { describeMutant, isWording, type Survivor, type Tally, type TriedMutant } from './mutants.ts';

/** What became of the mutants of a folder, and those that nobody noticed. */
export interface MutationRun {
  readonly tally: Tally;
  readonly survivors: readonly Survivor[];
}

/**
 * Changes the sources of a folder one by one in a copy of the repository, and runs the tests that reach each change.
 * What an earlier run has found is kept in `build/mutation`, as long as neither source nor tests have changed.
 *
 * @param root The root of the repository, which is the working directory.
 */
export async function runMutants(root: string, { path, tests }: MutatedFolder): Promise<MutationRun> {
  const name = path.replaceAll('/', '-');
  const results: readonly TriedMutant[] = await new Stryker({
    mutate: [`${path}/*.ts`],
    testFiles: tests.map((test) => (test.endsWith('.ts') ? test : `${test}/**/*.test.ts`)),
    testRunner: 'vitest',
    vitest: { configFile: 'vitest.mutation.config.ts', related: false },
    coverageAnalysis: 'perTest',
    // What runs once, when a file is loaded, is reached by every test of all, and takes as long as all of these.
    ignoreStatic: true,
    concurrency: 1,
    // Other work must not make a test look as if it did not end.
    timeoutMS: 2_500,
    timeoutFactor: 3,
    dryRunTimeoutMinutes: 30,
    incremental: true,
    incrementalFile: `build/mutation/${name}.json`,
    tempDirName: 'build/mutation/sandbox',
    // The engine is all of dist/ that tests of these folders read.
    ignorePatterns: ['/build', '/docs', '/dist/**', '!/dist/engine.wasm'],
    // Nothing is compiled there, and Stryker does not know this version of TypeScript.
    tsconfigFile: 'none',
    reporters: ['progress-append-only', 'html'],
    htmlReporter: { fileName: `build/mutation/${name}.html` },
    allowConsoleColors: false,
  }).runMutationTest();
  return summarise(root, path, results);
}

/** What became of the mutants of a folder, among those that Stryker tells: others are kept from earlier runs. */
export function summarise(root: string, folder: string, all: readonly TriedMutant[]): MutationRun {
  const sources = new Map<string, string>();
  const sourceOf = (file: string) => {
    const source = sources.get(file) ?? readFileSync(join(root, file), 'utf8');
    sources.set(file, source);
    return source;
  };
  const results = all
    .map((mutant) => ({ ...mutant, fileName: pathFrom(root, mutant.fileName) }))
    .filter(({ fileName }) => dirname(fileName) === folder);
  const count = (status: string) => results.filter((mutant) => mutant.status === status).length;
  const left = results
    .filter(({ status }) => status === 'Survived' || status === 'NoCoverage')
    .map((mutant) => describeMutant(mutant, mutant.fileName, sourceOf(mutant.fileName)));
  const survivors = left.filter((mutant) => !isWording(mutant));
  return {
    tally: {
      mutants: results.length,
      killed: count('Killed'),
      timedOut: count('Timeout'),
      survived: survivors.length,
      wording: left.length - survivors.length,
      untried: count('Ignored'),
    },
    survivors,
  };
}

function pathFrom(root: string, file: string): string {
  return relative(root, resolve(root, file)).replaceAll('\\', '/');
}
