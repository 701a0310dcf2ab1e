import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { rolldown } from 'rolldown';
import { afterAll, expect, test } from 'vitest';
import { root } from '../docs/documents.ts';

mkdirSync(join(root, 'dist'), { recursive: true });
/** In the package, since only there the package finds itself. */
const folder = mkdtempSync(join(root, 'dist/bundle-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('a program for Node that is bundled finds the engine, though nothing of what says where it is has a name', async () => {
  const program = `
    import { findPreset, schedule, zooNetwork } from 'clsa-cim';
    console.log(schedule(zooNetwork('tinyyolov4'), findPreset('paper'), { extraPes: 32 }).cycles);
  `;
  writeFileSync(join(folder, 'program.js'), program);
  const build = await rolldown({ input: join(folder, 'program.js'), platform: 'node', logLevel: 'silent' });
  const file = join(folder, 'bundled.mjs');
  const { output } = await build.write({ file });
  await build.close();
  expect(execFileSync(process.execPath, [file], { encoding: 'utf8' })).toBe('4109\n');
  // What the program has no use for is left out.
  expect(output[0].code).not.toContain('loadModelBytes');
});
