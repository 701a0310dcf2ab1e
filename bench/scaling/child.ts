/**
 * Measures sizes of an axis in a process of its own: `node build/bench/scaling/child.js FOLDER AXIS write|measure|quick SIZE...`
 * writes what is read there, or prints a {@link Sample} as JSON, a line for each size. In quick runs it does both.
 */
import '../../src/node/engine-file.ts';
import { axes } from './axes.ts';
import { sample } from './sample.ts';

const [folder, name, task, ...sizes] = process.argv.slice(2);
const axis = axes.find((candidate) => candidate.name === name);
if (axis === undefined || folder === undefined) throw new Error(`there is no axis ${name}`);
for (const size of sizes.map(Number)) {
  if (task !== 'measure') axis.write?.(size, folder);
  if (task !== 'write') console.log(JSON.stringify(await sample(axis, size, folder, task === 'quick')));
}
