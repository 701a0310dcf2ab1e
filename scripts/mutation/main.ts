/**
 * `npm run mutation [-- FOLDER…]`: changes the sources of the folders, of all where none is named, one by one, and runs the
 * tests that reach each change. The exit status is 1 where no test notices a change and `test/mutation/survivors.json` does not say why.
 */
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { mutatedFolders } from './folders.ts';
import { compareSurvivors, readSurvivors, readTallies, TALLIES_FILE } from './known-survivors.ts';
import type { Survivor } from './mutants.ts';
import { runMutants } from './run.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const names = mutatedFolders.map(({ path }) => path);
const wanted = process.argv.slice(2).map((name) => name.replace(/\/$/, ''));
const unknownName = wanted.find((name) => !names.some((path) => isWithin(path, name)));
if (unknownName !== undefined) {
  process.stderr.write(`usage: npm run mutation [-- ${names.join('|')} …]\n`);
  process.exit(2);
}

const say = (line: string) => process.stdout.write(`${line}\n`);
/** As it is written in the file of survivors, behind the source that it is in. */
const entry = ({ file, ...mutant }: Survivor) => `  ${file}: ${JSON.stringify(mutant)}`;

process.chdir(root);
const { survivors } = readSurvivors(root);
let isComplete = true;
for (const folder of mutatedFolders) {
  if (wanted.length > 0 && !wanted.some((name) => isWithin(folder.path, name))) continue;
  const run = await runMutants(root, folder);
  const known = survivors.filter(({ file }) => dirname(file) === folder.path);
  const { unknown, gone } = compareSurvivors(run.survivors, known);
  const { mutants, killed, timedOut, survived } = run.tally;
  say(`${folder.path}: ${mutants} mutants, ${killed + timedOut} killed, ${survived} survive`);
  if (unknown.length > 0)
    say(`survive, and survivors.json does not say why:\n${unknown.map(entry).join('\n')}`);
  if (gone.length > 0)
    say(`do not survive any more, strike them out of survivors.json:\n${gone.map(entry).join('\n')}`);
  if (unknown.length > 0) isComplete = false;
  const tallies = { ...readTallies(root), [folder.path]: run.tally };
  writeFileSync(join(root, TALLIES_FILE), `${JSON.stringify(tallies, null, 2)}\n`);
}
process.exitCode = isComplete ? 0 : 1;

/** Whether a folder is `name`, or lies in it. */
function isWithin(path: string, name: string): boolean {
  return path === name || path.startsWith(`${name}/`);
}
