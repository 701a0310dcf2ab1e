import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { documents, root } from './documents.ts';
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
  for (const { name, code } of examples) writeFileSync(join(folder, `${name}.ts`), code);
  const config = {
    extends: '../../tsconfig.json',
    compilerOptions: { noEmit: false, noEmitOnError: false, outDir: 'out', rootDir: '.' },
    include: ['*.ts'],
  };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('the examples have the right types', () => {
  const { status, stdout } = spawnSync(join(root, 'node_modules/.bin/tsc'), ['--project', folder], {
    encoding: 'utf8',
  });
  expect(`${status} ${stdout}`).toBe('0 ');
}, 60_000);

it.each(examples)(
  '$path, example of line $line',
  ({ path, name, shown }) => {
    const printed = execFileSync(process.execPath, [join(folder, 'out', `${name}.js`)], {
      cwd: root,
      encoding: 'utf8',
    });
    if (shown !== undefined) expectShown(path, shown, printed);
  },
  60_000,
);
