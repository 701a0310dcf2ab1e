import { test } from 'vitest';
import { expectNoFindingInFiles } from './fixed-seeds.ts';

test.each([
  ['architecture', 150],
  ['sweep', 150],
  ['duplication', 200],
  ['rounds', 200],
  ['placement', 200],
  ['npy', 300],
  ['image', 300],
])('changed files of %s are taken, or it is said what is wrong', expectNoFindingInFiles);
