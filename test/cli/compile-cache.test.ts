import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { MAIN, temporaryFolder } from './command-line.ts';

const folder = temporaryFolder();

const ARGS = ['schedule', 'tinyyolov4', '--granularity', 'row'];
const { stdout: printed } = run({ NODE_DISABLE_COMPILE_CACHE: '1' });

function run(env: Record<string, string>) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, ...ARGS], {
    ...{ encoding: 'utf8', timeout: 30_000, env: { ...process.env, ...env } },
  });
  return { status, stdout, stderr };
}

/** A folder that does not exist, in which a command that prints what it always does keeps its code. */
function keepingIn(name: string) {
  const kept = join(folder, name);
  const again = () =>
    expect(run({ NODE_COMPILE_CACHE: kept })).toEqual({ status: 0, stdout: printed, stderr: '' });
  /** Every file with the number that a file that is written anew has another one of. */
  const files = () => readdirSync(kept).map((file) => `${file} ${statSync(join(kept, file)).ino}`);
  return { kept, again, files };
}

/** Changes the bytes of all files in a folder. */
function damage(kept: string, change: (content: Buffer) => Uint8Array): void {
  for (const file of readdirSync(kept)) {
    const path = join(kept, file);
    writeFileSync(path, change(readFileSync(path)));
  }
}

test('without it a command prints what it has to say', () => {
  expect(printed).toContain('| cycles');
});

test('nothing is kept where Node is told so', () => {
  const kept = join(folder, 'disabled');
  run({ NODE_COMPILE_CACHE: kept, NODE_DISABLE_COMPILE_CACHE: '1' });
  expect(existsSync(kept)).toBe(false);
});

describe('compiled code', () => {
  test('is kept by command, for nobody else, and read from then on', () => {
    const { kept, again, files } = keepingIn('fresh');
    again();
    const first = files();
    const beginning = `${process.version}-${process.arch}-schedule-`;
    expect(first.map((file) => file.replace(/-[\w-]{8}\.cjs \d+$/, ''))).toEqual([
      `${beginning}run`,
      `${beginning}schedule`,
    ]);
    expect(statSync(kept).mode & 0o777).toBe(0o700);
    again();
    expect(files()).toEqual(first);
  });

  test.each<[string, (content: Buffer) => Uint8Array]>([
    ['other bytes', (content) => content.map((byte, i) => (i === content.length >> 1 ? byte ^ 1 : byte))],
    ['an end that is missing', (content) => content.subarray(0, content.length - 100)],
    ['nothing', () => Buffer.alloc(0)],
  ])('with %s is written anew', (_, change) => {
    const { kept, again, files } = keepingIn('damaged');
    again();
    damage(kept, change);
    const damaged = files();
    again();
    const sound = files();
    expect(sound.filter((file) => damaged.includes(file))).toEqual([]);
    again();
    expect(files()).toEqual(sound);
  });

  test.skipIf(process.platform === 'win32')(
    'is neither read nor kept where others may have written it',
    () => {
      const { kept, again, files } = keepingIn('open');
      again();
      const names = readdirSync(kept);
      for (const name of names) rmSync(join(kept, name));
      // Whoever reads a pipe waits for who writes to it.
      execFileSync('mkfifo', [join(kept, names[0]!)]);
      const first = files();
      chmodSync(kept, 0o777);
      again();
      expect(files()).toEqual(first);
    },
  );

  test('leaves nothing unfinished behind where it cannot be written to its end', () => {
    const { kept, again } = keepingIn('unfinished');
    again();
    const names = readdirSync(kept);
    for (const name of names) {
      rmSync(join(kept, name));
      mkdirSync(join(kept, name));
    }
    again();
    expect(readdirSync(kept)).toEqual(names);
  });

  test('is not kept where there is no space for it', () => {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'file'), '');
    const { again } = keepingIn('file');
    again();
    again();
  });
});
