import type { Lowerings } from '../step-context.ts';
import { convolution } from './convolution.ts';
import { elementwise } from './elementwise.ts';
import { matrixProducts } from './matrix.ts';
import { normalisation } from './normalisation.ts';
import { pooling } from './pooling.ts';
import { reduction } from './reduction.ts';
import { shape } from './shape.ts';
import { unary } from './unary.ts';

/** Every operator that is executed. To add one, add an entry to the table of its family. */
export const lowerings: Lowerings = {
  ...convolution,
  ...elementwise,
  ...matrixProducts,
  ...normalisation,
  ...pooling,
  ...reduction,
  ...shape,
  ...unary,
};
