import type { OperatorCase } from '../case.ts';
import { attention } from './attention.ts';
import { constants } from './constants.ts';
import { convolution } from './convolution.ts';
import { elementwise } from './elementwise.ts';
import { images } from './images.ts';
import { indexing } from './indexing.ts';
import { layouts } from './layouts.ts';
import { matrix } from './matrix.ts';
import { normalisation } from './normalisation.ts';
import { pooling } from './pooling.ts';
import { quantisation } from './quantisation.ts';
import { reduction } from './reduction.ts';
import { resizing } from './resizing.ts';
import { shape } from './shape.ts';
import { signal } from './signal.ts';

/** All cases, by the family of the operator's table (src/load/onnx/operators). */
export const families: Readonly<Record<string, readonly OperatorCase[]>> = {
  attention,
  constants,
  convolution,
  elementwise,
  images,
  layouts,
  signal,
  indexing,
  matrix,
  normalisation,
  pooling,
  quantisation,
  reduction,
  resizing,
  shape,
};
