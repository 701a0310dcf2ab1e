import { closest, distance } from 'fastest-levenshtein';
import { ClsaCimError } from '../errors.ts';
import { optionsOf } from '../input/options.ts';
import { numbersByName } from '../input/validate.ts';
import { NetworkBuilder } from '../network/builder.ts';
import type { Network } from '../network/network.ts';
import { bertBase } from './bert.ts';
import type { ZooDimension, ZooEntry } from './entry.ts';
import { llama7b } from './llama.ts';
import { mobilenetV2 } from './mobilenet.ts';
import { resnet50, resnet101, resnet152 } from './resnet.ts';
import { vgg16, vgg19 } from './vgg.ts';
import { vitB16 } from './vit.ts';
import { tinyYoloV3, tinyYoloV4, yoloV3 } from './yolo.ts';

/** The networks that are built in code: the paper's seven, then some for scale. */
export const zoo: readonly ZooEntry[] = [
  tinyYoloV3,
  tinyYoloV4,
  vgg16,
  vgg19,
  resnet50,
  resnet101,
  resnet152,
  yoloV3,
  mobilenetV2,
  vitB16,
  bertBase,
  llama7b,
];

/** What a user may choose of a network of the zoo. */
export interface ZooOptions {
  /** Sizes by the names of the entry's `dims`: `height` and `width` in pixels, `sequence` in tokens. */
  readonly dims?: Readonly<Record<string, number>>;
}

const checkedOptions = optionsOf<ZooOptions>('zooNetwork', { dims: numbersByName });

/** The entry of this name, whatever the case and with or without `-` and `_`; undefined where there is none. */
export function findZooEntry(name: string): ZooEntry | undefined {
  return zoo.find((entry) => plain(entry.name) === plain(name));
}

/**
 * Builds the network of this name, canonicalised (spec.md section 2).
 *
 * @throws ClsaCimError for an unknown name, an unknown dimension or a size that the network cannot have.
 */
export function zooNetwork(name: string, options: ZooOptions = {}): Network {
  const { dims = {} } = checkedOptions(options);
  const entry = findZooEntry(name);
  if (entry === undefined) throw unknownName(name);
  const builder = new NetworkBuilder(entry.name);
  entry.build(builder, sizes(entry, dims));
  return builder.build();
}

function plain(name: string): string {
  return name.toLowerCase().replaceAll(/[-_]/g, '');
}

function unknownName(name: string): ClsaCimError {
  const names = zoo.map((entry) => entry.name);
  const nearest = closest(name.toLowerCase(), names);
  const isNear = distance(name.toLowerCase(), nearest) <= nearest.length / 2;
  return new ClsaCimError(
    `there is neither a model file nor a network of the zoo called ${JSON.stringify(name)}; ` +
      `${isNear ? `did you mean ${nearest}? Give` : 'give'} a path to a model file, or one of ${names.join(', ')}`,
    'input',
    { code: 'UNKNOWN_NAME', given: name, known: names },
  );
}

/** A size for every dimension of the entry: the user's, or that of the publication. */
function sizes(entry: ZooEntry, wanted: Readonly<Record<string, number>>): Record<string, number> {
  const known = Object.keys(entry.dims);
  const unknown = Object.keys(wanted).find((dim) => !known.includes(dim));
  if (unknown !== undefined) {
    throw new ClsaCimError(
      `${entry.name} has no dimension called ${JSON.stringify(unknown)}; it has ${known.join(' and ')}`,
      'input',
      { code: 'UNKNOWN_NAME', given: unknown, known },
    );
  }
  return Object.fromEntries(
    Object.entries(entry.dims).map(([dim, dimension]) => [dim, checked(entry, dim, wanted[dim], dimension)]),
  );
}

function checked(entry: ZooEntry, dim: string, wanted: number | undefined, dimension: ZooDimension): number {
  const size = wanted ?? dimension.default;
  const step = dimension.multipleOf ?? 1;
  if (Number.isSafeInteger(size) && size > 0 && size % step === 0) return size;
  const kind = step === 1 ? 'a positive integer' : `a positive multiple of ${step}`;
  throw new ClsaCimError(`${entry.name}: ${dim} is ${size}, and must be ${kind}`, 'input', {
    code: 'INVALID_OPTION',
  });
}
