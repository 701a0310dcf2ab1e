import type { Lowerings } from '../step-context.ts';
import { attention } from './attention.ts';
import { constants } from './constants.ts';
import { convolution } from './convolution.ts';
import { elementwise } from './elementwise.ts';
import { images } from './images.ts';
import { indexing } from './indexing.ts';
import { matrixProducts } from './matrix.ts';
import { normalisation } from './normalisation.ts';
import { pooling } from './pooling.ts';
import { quantisation } from './quantised.ts';
import { quantisers } from './quantisers.ts';
import { reduction } from './reduction.ts';
import { resizing } from './resizing.ts';
import { shape } from './shape.ts';
import { unary } from './unary.ts';

/** Every operator that is executed. To add one, add an entry to the table of its family. */
export const lowerings: Lowerings = {
  ...attention,
  ...constants,
  ...convolution,
  ...elementwise,
  ...images,
  ...indexing,
  ...matrixProducts,
  ...normalisation,
  ...pooling,
  ...quantisation,
  ...quantisers,
  ...reduction,
  ...resizing,
  ...shape,
  ...unary,
};
