import { expect, test } from 'vitest';
import { listed, samePadding, UNIT_WINDOW, windowOutput } from '../../src/network/operators/index.ts';
import { thrownBy } from '../thrown.ts';

// PyTorch, of ceil_mode: windows may go off the edge if they start within the padding on the left or the input.
test('a last window that is cut counts only where it starts within the input or the padding in front of it', () => {
  const output = (size: number, kernel: number, stride: number, before = 0, after = 0) =>
    windowOutput(size, { ...UNIT_WINDOW, kernel, stride, before, after }, true);
  // The second window would start at 4, the first position behind the input.
  expect(output(4, 2, 4)).toBe(1);
  // At 3, the last position of the input.
  expect(output(4, 2, 3)).toBe(2);
  // The third starts at position 3 of the input, behind one of padding.
  expect(output(4, 3, 2, 1, 1)).toBe(3);
});

test('SAME_LOWER puts an odd position in front, SAME_UPPER behind', () => {
  // Windows of 4 over 5 positions by steps of 1: three positions more are needed.
  const window = { kernel: 4, stride: 1, dilation: 1 };
  expect(samePadding(5, window, 'begin')).toEqual({ before: 2, after: 1 });
  expect(samePadding(5, window, 'end')).toEqual({ before: 1, after: 2 });
});

test('2^22 positions can be listed, and no more', () => {
  expect(listed('resize', 1, 2 ** 22, () => [7])).toEqual({ kind: 'list', positions: [7] });
  const { kind, code, message } = thrownBy(() => listed('resize', 3, 2 ** 21, () => [7]));
  expect({ kind, code }).toEqual({ kind: 'input', code: 'TOO_LARGE' });
  expect(message).toMatch(/^layer resize: 3 positions .* 2097152 each/);
});
