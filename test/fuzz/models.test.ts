import { test } from 'vitest';
import { expectNoFindingInFiles } from './fixed-seeds.ts';

test.each([
  ['onnx', 300],
  ['program', 100],
  ['keras', 300],
  ['darknet', 300],
])('changed files of %s load, or say what is wrong', expectNoFindingInFiles);
