import { expect, test } from 'vitest';
import { markdown } from '../../src/report/markdown.ts';
import { PLAIN, type Printout } from '../../src/report/printout.ts';
import { table } from '../../src/report/table.ts';
import { forTerminal } from '../../src/report/terminal.ts';

function shown(printout: Printout, columns: number, isWide = false): string[] {
  return forTerminal(printout, { columns, isWide, paint: PLAIN }).split('\n');
}

const LAYERS = table(
  ['layer', 'op', 'start', 'end', 'busy'],
  [
    ['conv', 'Conv2D', 0, 1234, { bar: 0.5 }],
    ['a_name_that_goes_on_and_on_and_on', 'Conv2D', 7, 56, { bar: 0.001 }],
  ],
  { important: ['busy', 'end'], inTerminal: ['busy'] },
);

test('all columns are shown where they fit', () => {
  expect(shown([LAYERS], 80)).toEqual([
    'layer                              op      start    end  busy',
    '─────────────────────────────────  ──────  ─────  ─────  ──────────────',
    'conv                               Conv2D      0  1,234  ████      50 %',
    'a_name_that_goes_on_and_on_and_on  Conv2D      7     56  ▏         <1 %',
  ]);
});

test('names are shortened first, then the columns go that matter least, which is said', () => {
  expect(shown([LAYERS], 65).at(-1)).toBe(
    'a_name_that_g…and_on_and_on  Conv2D      7     56  ▏         <1 %',
  );
  expect(shown([LAYERS], 50)).toEqual([
    'layer                          end  busy',
    '───────────────────────────  ─────  ──────────────',
    'conv                         1,234  ████      50 %',
    'a_name_that_g…and_on_and_on     56  ▏         <1 %',
    'Not shown: op, start (--wide).',
  ]);
  expect(shown([LAYERS], 30).slice(-2)).toEqual(['Not shown: op, start, end', '(--wide).']);
});

test('of a table of many rows the first ones are shown, and how many more there are', () => {
  const rows = Array.from({ length: 1234 }, (_, i) => [`layer ${i}`, i]);
  const many = table(['layer', 'end'], rows, { mostRows: 2 });
  expect(shown([many], 40)).toEqual([
    ...['layer    end', '───────  ───', 'layer 0    0', 'layer 1    1'],
    '1,232 more rows are not shown (--wide).',
  ]);
  expect(shown([many], 40, true)).toHaveLength(2 + rows.length);
  expect(markdown([many]).split('\n')).toHaveLength(2 + rows.length);
  const few = table(['layer', 'end'], rows.slice(0, 2), { mostRows: 2 });
  expect(shown([few], 40)).toHaveLength(4);
});

test('a table all of whose columns matter comes in pieces', () => {
  const whole = table(['setting', 'a', 'b', 'c'], [['x', 1, 2, 3]], { isWhole: true });
  expect(shown([whole], 14)).toEqual([
    ...['setting  a  b', '───────  ─  ─', 'x        1  2'],
    '',
    ...['setting  c', '───────  ─', 'x        3'],
  ]);
});

test('text gives up what is missing where a terminal is very narrow, and numbers are whole', () => {
  const narrow = table(
    ['layer', 'it waited for', 'end'],
    [['convolution', 'values of the layer before', 1234567]],
    { important: ['it waited for'] },
  );
  for (let columns = 4; columns <= 20; columns++) {
    for (const line of shown([narrow], columns)) expect(line.length).toBeLessThanOrEqual(columns);
  }
  const numbers = table(['layer', 'end'], [['convolution', 1234567]]);
  expect(shown([numbers], 8)[2]).toMatch(/1,234,567$/);
});

test('sentences are broken over lines', () => {
  const reasons = table(['a', 'why'], [['x', 'because of this and that and more']], { sentences: ['why'] });
  expect(shown([reasons], 30).slice(2)).toEqual(['x  because of this and that', '   and more']);
});

test('lines and titles are broken, and nothing is with --wide', () => {
  const text = 'one two three\nfour';
  expect(shown([text, ''], 10)).toEqual(['one two', 'three four', '']);
  expect(shown([text, ''], 10, true)).toEqual(['one two three four', '']);
  expect(shown([LAYERS], 10, true)).toEqual(shown([LAYERS], 80));
  expect(markdown([text, ''])).toBe(`${text}\n`);
});

test('Markdown has neither bars nor shortened names', () => {
  expect(markdown([LAYERS]).split('\n').at(-1)).toBe(
    '| a_name_that_goes_on_and_on_and_on | Conv2D |     7 |    56 |',
  );
});
