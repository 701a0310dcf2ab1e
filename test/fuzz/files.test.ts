import { test } from 'vitest';
import { expectNoFindingInFiles } from './fixed-seeds.ts';

test.each([
  ['architecture', 300],
  ['sweep', 300],
  ['duplication', 300],
  ['rounds', 300],
  ['placement', 300],
])('changed files of %s are taken, or it is said what is wrong', expectNoFindingInFiles);
