import { parse, stringify } from 'yaml';
import { loadDarknet } from '../../../src/load/darknet/index.ts';
import type { Network } from '../../../src/network/network.ts';
import { type Value, valueTree } from '../value-tree.ts';

/** The library of YAML takes two to five seconds for a MiB, in linear time: more than all that is done with it. */
export const YAML_READS = 5;

/** YAML as trees of values. */
export const yaml = valueTree((text): Value => parse(text, { logLevel: 'error' }), written);

/** A tree that is too deep for the writer of YAML is written as JSON, which is YAML, too. */
function written(value: Value): string {
  try {
    return stringify(value);
  } catch (error) {
    if (error instanceof RangeError) return JSON.stringify(value);
    throw error;
  }
}

const CONV = '[convolutional]\nfilters=32\nsize=3\nstride=1\npad=1\nactivation=relu';
const POOL = '[maxpool]\nsize=2\nstride=2';
const NET = '[net]\nheight=8\nwidth=8\nchannels=3';

/** Three convolutions: conv2d, conv2d_1 and conv2d_2; what files beside a network are tried on. */
export const smallNetwork: Network = loadDarknet([NET, CONV, POOL, CONV, CONV].join('\n'), 'small');
