import { parse, stringify } from 'yaml';
import { loadDarknet } from '../../../src/load/darknet/index.ts';
import type { Network } from '../../../src/network/network.ts';
import { type Value, valueTree } from '../value-tree.ts';

/** The library of YAML takes two to five seconds for a MiB, in linear time: more than all that is done with it. */
export const YAML_READS = 5;

/** YAML as trees of values. */
export const yaml = valueTree(
  (text): Value => parse(text, { logLevel: 'error' }),
  (value) => stringify(value),
);

const CONV = '[convolutional]\nfilters=32\nsize=3\nstride=1\npad=1\nactivation=relu';
const POOL = '[maxpool]\nsize=2\nstride=2';
const NET = '[net]\nheight=8\nwidth=8\nchannels=3';

/** Three convolutions: conv2d, conv2d_1 and conv2d_2; what files beside a network are tried on. */
export const smallNetwork: Network = loadDarknet([NET, CONV, POOL, CONV, CONV].join('\n'), 'small');
