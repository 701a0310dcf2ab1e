import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ClsaCimError, type ErrorDetails } from '../../src/errors.ts';
import { hintFor } from '../../src/input/hints.ts';
import { model, node } from '../load/onnx/onnx-writer.ts';
import { failure, temporaryFolder } from './command-line.ts';

const folder = temporaryFolder();
const hint = (details: ErrorDetails, command: string) =>
  hintFor(new ClsaCimError('x', 'input', details), command);

describe('the command line names the option that helps', () => {
  test.each<[ErrorDetails, string, string]>([
    [{ code: 'OUT_OF_MEMORY' }, 'schedule', ' (--granularity row)'],
    [{ code: 'UNKNOWN_OPERATOR' }, 'inspect', ' (--allow-unknown)'],
    [{ code: 'WOULD_OVERWRITE', path: 'x' }, 'merge', ', or --overwrite to replace what is there'],
    [
      { code: 'OPEN_SIZES', dims: { 'x:1': 8, 'a b': 2 } },
      'schedule',
      ', that is, with --dim x:1=8 --dim "a b"=2',
    ],
    [{ code: 'CANNOT_WRITE', path: 'x', reason: '' }, 'sweep', ', and run the same command to go on'],
    [{ code: 'CANNOT_WRITE', path: 'x', reason: '' }, 'schedule', ''],
    [{}, 'schedule', ''],
  ])('%j of %s', (details, command, expected) => {
    expect(hint(details, command)).toBe(expected);
  });

  test('behind what the library says', async () => {
    const path = join(folder, 'unknown.onnx');
    writeFileSync(
      path,
      model({ inputs: { x: [1, 3, 8, 8] }, nodes: [node('my.domain:Fancy', 'x', 'y')], outputs: ['y'] }),
    );
    expect(await failure(1, 'schedule', path)).toMatch(
      /Fancy.*with allowUnknown if it is \(--allow-unknown\)$/,
    );
  });
});
