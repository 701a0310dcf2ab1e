import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };
import { withoutProgress } from '../cli/command-line.ts';
import { type Document, root } from './documents.ts';
import { writeModelFiles } from './model-files.ts';
import { expectShown } from './shown-output.ts';

/** Commands that CI runs by itself, and what is run in their place here to see what they print. */
const RUN_BY_CI: Readonly<Record<string, string>> = {
  'npm ci && npm start': packageJson.scripts.start,
  'npm ci && npm test': '',
  'npm run build': '',
  'npm test': '',
  'npm run test:slow': '',
  'npm run lint': '',
  'npm run types': '',
  'npm run bench': '',
  'npm run audit': '',
  'npm run bench:regression': '',
  'npm run sbom': '',
};
/** What is run in place of commands that build the clone first, or run more than there is time for here. */
const STAND_INS: Readonly<Record<string, string>> = {
  'npm run docs': packageJson.scripts.docs,
  'npm run site': '',
  'npx vitest run test/input': inRoot('vitest run test/input'),
  'npm run coverage -- test/input': inRoot(
    `${packageJson.scripts.coverage} --coverage.include="src/input/**" --coverage.reportsDirectory="$OLDPWD/coverage" test/input`,
  ),
  'UPDATE_DOCS=1 npx vitest run test/docs --no-file-parallelism': inRoot('vitest list --filesOnly test/docs'),
  'UPDATE_DOCS=1 npm run test:slow -- test/docs': slowFiles('test/docs'),
  'CLSA_CIM_CHAINS=3000 npm run test:slow -- test/load': slowFiles('test/load'),
  'npm run bench -- --quick --only simulation': '',
  'npm run bench -- --only sweep': '',
  'npm run bench -- --only million': '',
  'npm run fuzz -- --minutes 30 onnx': `(cd "${root}" && node build/scripts/fuzz/main.js --minutes 0.05 onnx)`,
  'npm run fuzz -- --seed 7': '',
  'npm run mutation': '',
  'npm run mutation -- src/map': '',
  'npm run --silent bench -- --only engine --json > before.json': '',
  'npm run bench -- --only engine --compare before.json': '',
  'npm run bench -- --scaling': '',
  'npm run bench -- --only engine': `(cd "${root}" && node build/bench/main.js --quick --only engine tinyyolov4)`,
  'npm run bench -- --only growth': `(cd "${root}" && node build/bench/main.js --quick --only growth)`,
  'npm run bench -- --only large': `(cd "${root}" && node build/bench/main.js --quick --only large)`,
  'npm run bench -- --only optimize': `(cd "${root}" && node build/bench/main.js --quick --only optimize tinyyolov4)`,
  'npm run bench -- --only explain': `(cd "${root}" && node build/bench/main.js --quick --only explain resnet50)`,
  'npm run bench -- --only machine': `(cd "${root}" && node build/bench/main.js --quick --only machine)`,
  'npm run bench -- --only simulation resnet50': `(cd "${root}" && node build/bench/main.js --quick --only simulation tinyyolov4)`,
  'npm run bench -- --only start': `(cd "${root}" && node build/bench/main.js --quick --only start)`,
  'npm run bench -- --scaling --only load-residual': `(cd "${root}" && node build/bench/main.js --scaling --quick --only load-residual)`,
  'npm run bench -- --scaling --save': '',
  'UPDATE_DOCS=1 npx vitest run test/docs/performance.test.ts test/docs/concept-pictures.test.ts': inRoot(
    'vitest list --filesOnly test/docs/performance.test.ts',
  ),
};

/** A command of a tool that is installed in the clone. */
function inRoot(command: string): string {
  return `(cd "${root}" && "node_modules/.bin/${command.replace(' ', '" ')})`;
}

/** Lists the slow tests that a command runs. */
function slowFiles(path: string): string {
  return inRoot(`vitest list --config vitest.slow.config.ts --filesOnly ${path}`);
}

/** Where commands of the documents put the pictures that these show. */
const PICTURES = 'docs/pictures';
const PICTURE = /\bdocs\/pictures\/[\w-]+\.\w+/g;

const cli = join(root, 'dist/src/cli/main.js');
let folder: string;

/** Makes the folder that stands for a clone. */
function makeClone(): void {
  if (!existsSync(cli)) throw new Error('dist/ is missing; run npm run build first');
  folder = mkdtempSync(join(tmpdir(), 'clsa-cim-docs-'));
  cpSync(join(root, 'docs/examples'), join(folder, 'docs/examples'), { recursive: true });
  mkdirSync(join(folder, PICTURES));
  for (const made of ['dist', 'build']) symlinkSync(join(root, made), join(folder, made), 'junction');
  // With it examples find the package by its name, as they do in a clone.
  cpSync(join(root, 'package.json'), join(folder, 'package.json'));
  writeModelFiles(folder);
  // `npx clsa-cim` is what was built; nothing else may be run with npx.
  mkdirSync(join(folder, 'bin'));
  const npx = join(folder, 'bin/npx');
  writeFileSync(
    npx,
    `#!/bin/sh\n[ "$1" = clsa-cim ] || exit 127\nshift\nexec "${process.execPath}" "${cli}" "$@"\n`,
  );
  chmodSync(npx, 0o755);
}

/** Runs a block as a shell would, in the folder that stands for a clone. */
export function run(code: string): { status: number | null; printed: string } {
  const commands = code.split('\n').map((line) => {
    const command = line.replace(/\s+# .*$/, '').trim();
    return RUN_BY_CI[command] ?? STAND_INS[command] ?? command;
  });
  const { status, stdout, stderr } = spawnSync('sh', ['-e', '-c', `exec 2>&1\n${commands.join('\n')}`], {
    cwd: folder,
    encoding: 'utf8',
    env: { ...process.env, PATH: `${join(folder, 'bin')}${delimiter}${process.env.PATH}` },
    timeout: 30_000,
  });
  return { status, printed: withoutProgress(stdout + stderr) };
}

/** Demands that the pictures of a document are those that its commands draw; with UPDATE_DOCS=1 they are put in their place. */
function expectPictures(code: string): void {
  for (const [picture] of code.matchAll(PICTURE)) {
    const [drawn, kept] = [join(folder, picture), join(root, picture)];
    if (process.env.UPDATE_DOCS === '1') copyFileSync(drawn, kept);
    expect(readFileSync(kept).equals(readFileSync(drawn)), `${picture}; UPDATE_DOCS=1 draws it anew`).toBe(
      true,
    );
  }
}

/** Tests that the commands of documents do what these say: how they end, what they print, what they draw. */
export function testCommands(documents: readonly Document[]): void {
  beforeAll(makeClone);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  describe.each(documents)('$path', ({ path, blocks }) => {
    const commands = blocks.filter(({ language }) => language === 'sh');
    test.each(commands)(
      'commands of line $line',
      ({ code, info, shown }) => {
        const { status, printed } = run(code);
        expect(`exit=${status}`, printed).toBe(info === '' ? 'exit=0' : info);
        if (shown !== undefined) expectShown(path, shown, printed);
        expectPictures(code);
      },
      60_000,
    );

    test('shows outputs only behind what prints them', () => {
      const behind = new Set(blocks.map(({ shown }) => shown).filter((shown) => shown !== undefined));
      const texts = blocks.filter(({ language }) => language === 'text');
      expect(texts.filter((block) => ![...behind].some(({ line }) => line === block.line))).toEqual([]);
    });
  });
}
