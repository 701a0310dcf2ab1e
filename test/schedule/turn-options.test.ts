import { describe, expect, test } from 'vitest';
import { batchOf, checkBatch, groupsOf, MAX_BATCH } from '../../src/schedule/turn-options.ts';
import { thrownBy } from '../thrown.ts';

describe('a batch', () => {
  test('is one inference, and one group, where nothing is said', () => {
    expect(batchOf({})).toEqual({ batch: 1, group: 1 });
    expect(batchOf({ batch: 5 })).toEqual({ batch: 5, group: 5 });
    expect(batchOf({ batch: 5, group: 2 })).toEqual({ batch: 5, group: 2 });
  });

  test('has groups that are no larger than itself', () => {
    expect(batchOf({ batch: 3, group: 3 })).toEqual({ batch: 3, group: 3 });
    const error = thrownBy(() => batchOf({ batch: 3, group: 4 }));
    expect([error.kind, error.code]).toEqual(['usage', 'INVALID_OPTION']);
    expect(error.message).toMatch(/^group: 4 .* 3;/);
    expect(() => batchOf({ group: 2 })).toThrow(/^group: 2 .* 1;/);
  });

  test('is cut into groups, of which the last one has the rest', () => {
    expect(groupsOf({ batch: 6, group: 3 })).toEqual([3, 3]);
    expect(groupsOf({ batch: 7, group: 3 })).toEqual([3, 3, 1]);
    expect(groupsOf({ batch: 1, group: 1 })).toEqual([1]);
  });

  test.each([1, 2, MAX_BATCH - 1, MAX_BATCH])('of %d may be asked for', (batch) => {
    expect(() => checkBatch(batch)).not.toThrow();
  });

  test.each([0, -1, 1.5, MAX_BATCH + 1, NaN, Infinity])('of %d may not', (batch) => {
    const error = thrownBy(() => checkBatch(batch));
    expect([error.kind, error.code]).toEqual(['usage', 'INVALID_OPTION']);
    expect(error.message).toMatch(new RegExp(`^batch: .* 1 to ${MAX_BATCH}, found ${batch}$`));
  });
});
