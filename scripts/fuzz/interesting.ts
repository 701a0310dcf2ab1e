/** Numbers on both sides of where counters, indices and sizes end. */
export const NUMBERS: readonly number[] = [
  ...[0, 1, -1, 2, 3, 4, 5, 7, 8, 16, 31, 32, 63, 64, 65, 127, 128, 255, 256, 1000, 4096, 65_535, 65_536],
  ...[99_999, 100_000, 1_000_000, 2 ** 24, 2 ** 30, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1, 2 ** 32, 2 ** 40],
  ...[2 ** 53 - 1, 2 ** 53, 2 ** 62, -2, -3, -127, -(2 ** 31), -(2 ** 31) - 1, -(2 ** 53), -(2 ** 63)],
];

/** What is a number only in name, or no whole one. */
export const ODD_NUMBERS: readonly number[] = [0.5, -0, 1e-320, 1e21, 1e308, 1.5, -0.25, 3.0000000001];

/** Texts that mean something to some language, some terminal or some file system. */
export const TEXTS: readonly string[] = [
  ...[
    '',
    ' ',
    '__proto__',
    'constructor',
    'toString',
    'hasOwnProperty',
    'prototype',
    'length',
    '0',
    '-1',
    '1e9',
  ],
  ...[
    'null',
    'true',
    'NaN',
    '.inf',
    '~',
    '../..',
    '/etc/passwd',
    'a\u0000b',
    'line\nline',
    '\u001b[31m',
    '\u202e',
  ],
  ...[
    '<script>',
    '\ud800',
    '😀',
    '[1/2]',
    'x[2/5]',
    'a/b',
    ',',
    '->',
    '*',
    '&a',
    '%s',
    '$1',
    'ab,bc->ac',
    '...',
  ],
];

/** A text that is longer than anything expects. */
export const LONG_TEXT = 'long'.repeat(25_000);
