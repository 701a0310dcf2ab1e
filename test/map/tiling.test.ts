import { describe, expect, test } from 'vitest';
import { architecturePresets } from '../../src/architecture/presets.ts';
import { pesPerCopy } from '../../src/map/tiling.ts';
import { readArchitecture } from '../../src/node/architecture.ts';

const paper = readArchitecture('paper');

describe('pesPerCopy', () => {
  test.each([
    // rows (kh·kw·Ci/g), columns (Co/g), groups, PEs at 256 x 256 and one column per weight
    ['3x3x3 to 32', 27, 32, 1, 1],
    ['fits exactly', 256, 256, 1, 1],
    ['one row too many', 257, 256, 1, 2],
    ['one column too many', 256, 257, 1, 2],
    ['3x3x512 to 512', 4608, 512, 1, 36],
    ['depthwise 3x3 of 512: 28 groups a crossbar', 9, 1, 512, 19],
    ['4 groups of 3x3x16 to 64: one a crossbar by rows', 144, 64, 4, 4],
    ['8 groups of 64 to 100: two a crossbar by columns', 64, 100, 8, 4],
    ['7 groups of 64 to 100: the last crossbar half full', 64, 100, 7, 4],
    ['2 groups of 3x3x64 to 128: too large to share', 576, 128, 2, 6],
    ['2 groups of 64 to 300: too wide to share', 64, 300, 2, 4],
  ])('%s', (_, rows, columns, groups, pes) => {
    expect(pesPerCopy({ rows, columns, groups }, paper)).toBe(pes);
  });

  test('a weight takes several columns', () => {
    const isaac = readArchitecture('isaac');
    expect(pesPerCopy({ rows: 128, columns: 16, groups: 1 }, isaac)).toBe(1);
    expect(pesPerCopy({ rows: 128, columns: 17, groups: 1 }, isaac)).toBe(2);
    expect(pesPerCopy({ rows: 9, columns: 1, groups: 64 }, isaac)).toBe(5);
    expect(pesPerCopy({ rows: 128, columns: 9, groups: 1 }, { ...isaac, differentialPairs: true })).toBe(2);
  });

  test('one group is never split by the rule for several', () => {
    for (const architecture of architecturePresets) {
      expect(pesPerCopy({ rows: 1, columns: 1, groups: 1 }, architecture)).toBe(1);
    }
  });
});
