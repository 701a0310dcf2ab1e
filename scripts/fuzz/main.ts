/**
 * `npm run fuzz -- --minutes N [target…]`: inputs from changed files, each in a thread with limits, for N minutes a target.
 * What goes wrong is made smaller and written to `build/fuzz`. The exit status is 1 where something did.
 */
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { campaign } from './campaign.ts';
import { targetNames, targetOf } from './targets/index.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    minutes: { type: 'string', default: '1' },
    /** The first seed; those of today by default, so that other inputs are tried every time. */
    seed: { type: 'string', default: String(Math.floor(Date.now() / 1000) % 2 ** 31) },
  },
});
const [minutes, seed] = [Number(values.minutes), Number(values.seed)];
const unknown = positionals.find((name) => !targetNames.includes(name));
if (unknown !== undefined || !(minutes > 0) || !Number.isSafeInteger(seed)) {
  process.stderr.write(`usage: npm run fuzz -- [--minutes N] [--seed N] [${targetNames.join('|')} …]\n`);
  process.exit(2);
}

const say = (line: string) => process.stdout.write(`${line}\n`);
const folder = fileURLToPath(new URL('../../../build/fuzz', import.meta.url));
let findings = 0;
for (const name of positionals.length > 0 ? positionals : targetNames) {
  findings += await campaign({ target: targetOf(name), minutes, seed, folder, say });
}
process.exitCode = findings > 0 ? 1 : 0;
