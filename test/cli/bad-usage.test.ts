import { exec } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { clsaCim, failure, MAIN, temporaryFolder } from './command-line.ts';

const folder = temporaryFolder();
const NET = 'tinyyolov4';

/** Arguments, and what the message says. */
const wrongCalls: [string[], RegExp][] = [
  [[], /a command is missing.*see clsa-cim --help/],
  [['schedul', NET], /unknown command 'schedul'; did you mean schedule\? See clsa-cim --help/],
  [['bogus'], /unknown command 'bogus'; see clsa-cim --help/],
  [['help', 'bogus'], /unknown command 'bogus'; see clsa-cim --help/],
  [['--bogus'], /unknown option '--bogus'/],
  [['schedule'], /missing required argument 'model'; see clsa-cim schedule --help/],
  [['inspect'], /missing required argument 'model'/],
  [['schedule', NET, 'vgg16'], /too many arguments/],
  [['models', 'vgg16'], /too many arguments/],
  [['schedule', NET, '--bogus'], /unknown option '--bogus'/],
  [['schedule', NET, '--extra-pe', '1'], /did you mean --extra-pes\? See clsa-cim schedule --help/],
  [['schedule', NET, '--extra-pes'], /--extra-pes <n>' argument missing/],
  [['schedule', NET, '--granularity'], /argument missing/],
  [['schedule', NET, '--pes', '149', '--extra-pes', '32'], /--pes and --extra-pes are both given/],
  [['schedule', NET, '--scheduling', 'fifo'], /'fifo' is invalid\. Allowed choices are xinf, lbl/],
  [['schedule', NET, '--scheduling', ''], /Allowed choices are xinf, lbl/],
  ...['NaN', '-1', '1.5', '1e3', '', ' ', '0x10', 'Infinity', '9'.repeat(400), '٣'].map(
    (value): [string[], RegExp] => [
      ['schedule', NET, `--extra-pes=${value}`],
      /--extra-pes <n>' argument '.*' is invalid\. It must be a whole number from 0 on/,
    ],
  ),
  [['schedule', NET, '--pes', '0'], /--pes <n>' argument '0' is invalid.*from 1 on/],
  [['schedule', NET, '--pes', '-5'], /--pes <n>'.*from 1 on/],
  [['schedule', NET, '--extra-pes', '9007199254740991'], /must be a whole number from 0 to/],
  ...['0x4', '4', '', 'pixels', '4x4x4', '1.5x2', '-1x1', 'x', '1e3x1', `${'9'.repeat(30)}x1`].map(
    (value): [string[], RegExp] => [
      ['schedule', NET, '--granularity', value],
      /granularity ".*" is none of pixel, row and HxW/,
    ],
  ),
  ...['height', 'height=0', 'height=-1', 'height=1.5', 'height=', '=5', 'height=NaN', 'height=1e3'].map(
    (value): [string[], RegExp] => [
      ['schedule', NET, '--dim', value],
      /--dim <name=size>' argument '.*' is invalid\. It must be NAME=SIZE/,
    ],
  ),
  [['reproduce', 'bogus'], /the paper does not evaluate "bogus"; it does tinyyolov3/],
  [['reproduce', 'llama_7b'], /the paper does not evaluate "llama_7b"/],
];

describe.concurrent('wrong usage: one line, exit status 2', () => {
  test.each(wrongCalls)('clsa-cim %j', async (args, reason) => {
    expect(await failure(2, ...args)).toMatch(reason);
  });

  test('an argument without end', async () => {
    expect(await failure(2, 'schedule', NET, '--granularity', 'x'.repeat(100_000))).toMatch(/granularity/);
    expect(await failure(2, 'x'.repeat(100_000))).toMatch(/unknown command/);
  });
});

describe.concurrent('values that the network cannot have: exit status 1', () => {
  test.each([
    [
      ['--pes', '116'],
      /needs 117 PEs and there are 116: 1 missing; the largest layers are .*; give at least 117/,
    ],
    [['--pes', '1'], /116 missing/],
    [['--dim', 'sequence=5'], /tinyyolov4 has no dimension called "sequence"; it has height and width/],
    [['--dim', '__proto__=5'], /no dimension called "__proto__"/],
    [['--dim', 'height=9007199254740960'], /too large|multiple/],
    [['--dim', 'height=65536', '--dim', 'width=65536'], /too large.*2\^31/],
  ])('schedule tinyyolov4 %j', async (options, reason) => {
    expect(await failure(1, 'schedule', NET, ...options)).toMatch(reason);
  });
});

describe.concurrent('--schedule-out that cannot be written', () => {
  const out = (path: string) => ['schedule', NET, '--granularity', 'row', '--schedule-out', path];

  test.each(['sets.txt', 'sets', '', '.csv', 'sets.csv.gz'])('a wrong ending: %j', async (name) => {
    const message = await failure(2, ...out(name === '' ? '' : join(folder, name)));
    expect(message).toMatch(
      /--schedule-out ".*": the ending of the file must be one of \.jsonl, \.csv, \.parquet/,
    );
  });

  test.each(['jsonl', 'csv', 'parquet'])('places that are none for a .%s file', async (ending) => {
    const directory = mkdtempSync(join(folder, 'places-'));
    const name = `sets.${ending}`;
    writeFileSync(join(directory, 'file'), '');
    mkdirSync(join(directory, name));
    expect(await failure(1, ...out(join(directory, name)))).toMatch(
      /it is a directory; give the path of a file/,
    );
    expect(await failure(1, ...out(join(directory, 'none', name)))).toMatch(/there is no such directory/);
    expect(await failure(1, ...out(join(directory, 'file', name)))).toMatch(/its directory is a file/);
    expect(await failure(1, ...out(join(directory, `${'x'.repeat(300)}.${ending}`)))).toMatch(
      /name is too long/,
    );
    expect(await failure(1, ...out(join(directory, `new.${ending}/`)))).toMatch(/there is no such directory/);
    expect(readdirSync(directory).sort()).toEqual(['file', name]);
    expect(readdirSync(join(directory, name))).toEqual([]);
  });

  test.skipIf(!existsSync('/proc/self'))('a file system that refuses', async () => {
    expect(await failure(1, ...out('/proc/sets.parquet'))).toMatch(
      /--schedule-out "\/proc\/sets\.parquet": cannot/,
    );
  });

  test('leaves a file that is there as it is when the run fails', async () => {
    const directory = mkdtempSync(join(folder, 'kept-'));
    const path = join(directory, 'sets.csv');
    writeFileSync(path, 'precious');
    expect(await failure(1, ...out(path), '--pes', '1')).toMatch(/116 missing/);
    expect(await failure(1, ...out(path), '--arch', 'papr')).toMatch(/papr/);
    expect(readFileSync(path, 'utf8')).toBe('precious');
    expect(readdirSync(directory)).toEqual(['sets.csv']);
  });
});

describe.skipIf(process.platform === 'win32')('standard output', () => {
  const shell = promisify(exec);
  const node = `"${process.execPath}" "${MAIN}"`;

  test('that is closed early is no error', async () => {
    const command = `set -o pipefail; ${node} schedule resnet152 --json | head -n 1`;
    const { stdout, stderr } = await shell(command, { shell: 'bash', timeout: 10_000 });
    expect(stdout).toBe('{\n');
    expect(stderr).toBe('');
  });

  test.skipIf(!existsSync('/dev/full'))('that is full is told in one line', async () => {
    const result = shell(`${node} schedule resnet152 --json > /dev/full`, { timeout: 10_000 });
    await expect(result).rejects.toMatchObject({
      code: 1,
      stderr: 'clsa-cim: cannot write to standard output (ENOSPC); send it elsewhere\n',
    });
  });

  test('is whole where nobody reads what is told besides', async () => {
    const command = `${node} optimize tinyyolov4 --granularity row --extra-pes 32`;
    const { stdout: printed, stderr } = await shell(command, { timeout: 20_000 });
    expect(stderr).toContain('evaluations in');
    const deaf = `set -o pipefail; { ${command} 2>&1 >&3 | true; } 3>&1`;
    const { stdout } = await shell(deaf, { shell: 'bash', timeout: 20_000 });
    expect(stdout).toBe(printed);
  });
});

test('what follows -- is no option', async () => {
  const outcome = await clsaCim('schedule', '--', '--json');
  expect(outcome).toMatchObject({ status: 1, stdout: '' });
});
