import type { Axis } from './axis.ts';
import { batchAxes } from './batch-axes.ts';
import { copyAxes } from './copy-axes.ts';
import { layerAxes } from './layer-axes.ts';
import { nodeAxes } from './node-axes.ts';
import { pointAxes } from './point-axes.ts';
import { setAxes } from './set-axes.ts';

/** All axes, in the order in which they are measured and shown. */
export const axes: readonly Axis[] = [
  ...setAxes,
  ...layerAxes,
  ...copyAxes,
  ...batchAxes,
  ...nodeAxes,
  ...pointAxes,
];
