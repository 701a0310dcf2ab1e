import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { quoted } from '../../src/input/shell.ts';

const WORDS = [
  ...['', ' ', 'tinyyolov4', './a b.onnx', '--dim', 'height=608', '=ls', '~', '~/x', '-', '100%', '%1'],
  ...[
    "it's",
    '"',
    '\\',
    "\\'",
    '$HOME',
    '$(id)',
    '`id`',
    '!x',
    '#x',
    '*',
    '?',
    '[a]',
    '{a,b}',
    ';',
    '&',
    '|',
    '<',
    '>',
  ],
  ...['a\nb', '\t', '層', '@x', 'a,b:c+d/e'],
];

test('a shell takes every word as it is', () => {
  const script = `printf '%s\\0' ${WORDS.map(quoted).join(' ')}`;
  const seen = execFileSync('sh', ['-c', script], { encoding: 'utf8' });
  expect(seen.split('\0').slice(0, -1)).toEqual(WORDS);
});

test('what shells leave alone is not quoted', () => {
  for (const word of ['tinyyolov4', '--extra-pes', 'height=608', './a-b_c.onnx', '4x4']) {
    expect(quoted(word)).toBe(word);
  }
  expect(quoted('=ls')).toBe("'=ls'");
});
