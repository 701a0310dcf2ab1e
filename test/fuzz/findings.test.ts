import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { judge } from '../../scripts/fuzz/judge.ts';
import { limitMs } from '../../scripts/fuzz/limits.ts';
import { targetOf } from '../../scripts/fuzz/targets/index.ts';
import { cpuMs } from '../cpu-ms.ts';

const folder = fileURLToPath(new URL('findings', import.meta.url));

/** Inputs that went wrong once, in a folder for each target. */
describe.each(readdirSync(folder))('what was found in %s', (name) => {
  const target = targetOf(name);
  test.each(readdirSync(join(folder, name)))('%s', (file) => {
    const bytes = new Uint8Array(readFileSync(join(folder, name, file)));
    const start = cpuMs();
    expect(judge((input) => target.run(input), bytes)).toEqual(expect.any(String));
    expect(cpuMs() - start).toBeLessThan(limitMs(bytes.length, target.reads));
  });
});
