import type { Operators } from '../node-context.ts';
import { aten } from './aten.ts';
import { attention } from './attention.ts';
import { constants } from './constants.ts';
import { convolution } from './convolution.ts';
import { elementwise } from './elementwise.ts';
import { images } from './images.ts';
import { indexing } from './indexing.ts';
import { layouts } from './layouts.ts';
import { matrixProducts } from './matrix.ts';
import { normalisation } from './normalisation.ts';
import { pooling } from './pooling.ts';
import { quantisation } from './quantisation.ts';
import { quantisers } from './quantisers.ts';
import { reduction } from './reduction.ts';
import { resizing } from './resizing.ts';
import { shape } from './shape.ts';
import { signal } from './signal.ts';

export { refusedOperators, weightedOperators } from './special.ts';

/** Every operator that can be loaded. To add one, add an entry to the table of its family. */
export const operators: Operators = {
  ...aten,
  ...attention,
  ...constants,
  ...convolution,
  ...elementwise,
  ...images,
  ...indexing,
  ...layouts,
  ...matrixProducts,
  ...normalisation,
  ...pooling,
  ...quantisation,
  ...quantisers,
  ...reduction,
  ...resizing,
  ...shape,
  ...signal,
};
