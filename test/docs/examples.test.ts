import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };
import { hasRedis, TestRedis } from '../queue/redis.ts';
import { documents, root } from './documents.ts';
import { writeModelFiles } from './model-files.ts';
import { expectShown } from './shown-output.ts';

/** Every `ts` block of the documents; they import the package by its name, from its own exports. */
const examples = documents().flatMap(({ path, blocks }) =>
  blocks
    .filter(({ language }) => language === 'ts')
    .map((block) => ({ ...block, path, name: `${path.replaceAll(/\W/g, '-')}-${block.line}` })),
);

let folder: string;

/** A folder in the package, since only there the package finds itself; Git ignores `dist`. */
beforeAll(() => {
  mkdirSync(join(root, 'dist'), { recursive: true });
  folder = mkdtempSync(join(root, 'dist/docs-'));
  // What they write goes with the folder; what they read are the files of the documents.
  mkdirSync(join(folder, 'work'));
  symlinkSync(join(root, 'docs'), join(folder, 'work/docs'), 'dir');
  writeModelFiles(join(folder, 'work'));
  for (const { name, code } of examples) writeFileSync(join(folder, `${name}.ts`), code);
  const config = {
    extends: '../../tsconfig.json',
    compilerOptions: { noEmit: false, noEmitOnError: false, outDir: 'out', rootDir: '.' },
    include: ['*.ts'],
  };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('the examples have the right types', () => {
  const { status, stdout } = spawnSync(join(root, 'node_modules/.bin/tsc'), ['--project', folder], {
    encoding: 'utf8',
  });
  expect(`${status} ${stdout}`).toBe('0 ');
}, 60_000);

test('every entry point has an example', () => {
  const entries = Object.entries(packageJson.exports).flatMap(([name, target]) =>
    typeof target === 'string' ? [] : [`from 'clsa-cim${name.slice(1)}';`],
  );
  expect(entries.filter((entry) => !examples.some(({ code }) => code.includes(entry)))).toEqual([]);
});

function expectExample({ path, name, shown }: (typeof examples)[number], QUEUE_URL?: string): void {
  const printed = execFileSync(process.execPath, [join(folder, 'out', `${name}.js`)], {
    cwd: join(folder, 'work'),
    encoding: 'utf8',
    env: { ...process.env, QUEUE_URL },
  });
  if (shown !== undefined) expectShown(path, shown, printed);
}

test.each(examples.filter(({ info }) => info !== 'redis'))(
  '$path, example of line $line',
  (example) => expectExample(example),
  60_000,
);

test.skipIf(!hasRedis).each(examples.filter(({ info }) => info === 'redis'))(
  '$path, example of line $line, with a Redis',
  async (example) => {
    const redis = await TestRedis.start();
    try {
      expectExample(example, redis.url);
    } finally {
      await redis.stop();
    }
  },
  60_000,
);
