import { ClsaCimError } from '../../errors.ts';
import { NetworkBuilder } from '../../network/builder.ts';
import type { Network } from '../../network/network.ts';
import type { Tensor } from '../../network/tensor.ts';
import type { LoadOptions } from '../options.ts';
import { parseCfg, type Section } from './cfg.ts';
import { map, type SectionCall } from './section-kind.ts';
import { REFUSED_SECTIONS, SECTION_KINDS } from './section-kinds.ts';

/**
 * Loads a Darknet .cfg file (AlexeyAB's dialect). Base layers are called `conv2d`, `conv2d_1`, … and
 * `dense`, …; activations and batch norm are layers of their own. The dims `width` and `height` of
 * `options` override those of [net].
 *
 * @param text the file's content
 * @param name what the network is called
 * @throws ClsaCimError naming the line at fault
 */
export function loadDarknet(text: string, name: string, options: LoadOptions = {}): Network {
  const [net, ...sections] = parseCfg(text);
  if (net === undefined)
    throw new ClsaCimError('the file has no sections; a Darknet network starts with [net]');
  if (net.kind !== 'net' && net.kind !== 'network') throw net.error('the first section must be [net]');
  if (sections.length === 0) throw net.error('no layers follow');

  const b = new NetworkBuilder(name);
  let input = b.input('input', inputShape(net, options));
  const outputs: Tensor[] = [];
  for (const section of sections) {
    options.onProgress?.(outputs.length / sections.length);
    input = buildSection({ b, section, input, outputs, options });
    outputs.push(input);
  }
  b.output(input);
  return b.build();
}

function inputShape(net: Section, { dims = {} }: LoadOptions): ReturnType<typeof map> {
  for (const [key, size] of Object.entries(dims)) {
    if (key !== 'width' && key !== 'height') {
      throw new ClsaCimError(
        `dimension ${key}: a Darknet network has only width and height to give`,
        'usage',
        { code: 'UNKNOWN_NAME', given: key, known: ['width', 'height'] },
      );
    }
    if (!Number.isSafeInteger(size) || size < 1) {
      throw new ClsaCimError(`dimension ${key}=${size} must be a positive integer`, 'usage');
    }
  }
  if (net.has('inputs') && !net.has('width') && !net.has('height')) return map(net.integer('inputs'), 1, 1);
  const read = (key: 'width' | 'height') => dims[key] ?? net.integer(key);
  return map(net.integer('channels'), read('height'), read('width'));
}

/** Keys of sections that have weights or slide windows: no such section works position by position. */
const LAYER_KEYS = [
  ...['filters', 'output', 'outputs', 'hidden', 'units', 'groups', 'batch_normalize'],
  ...['size', 'stride', 'stride_x', 'stride_y', 'dilation', 'kernel'],
];

function buildSection(call: SectionCall): Tensor {
  const { section } = call;
  const refused = Object.hasOwn(REFUSED_SECTIONS, section.kind) ? REFUSED_SECTIONS[section.kind] : undefined;
  if (refused !== undefined) throw section.error(refused);
  const kind = Object.hasOwn(SECTION_KINDS, section.kind) ? SECTION_KINDS[section.kind] : undefined;
  if (kind !== undefined) return locateErrors(section, () => kind(call));
  return unknownSection(call);
}

/** A section that is not known: position by position where the user says so, and nothing speaks against it. */
function unknownSection({ b, section, input, options }: SectionCall): Tensor {
  if (section.kind === 'net' || section.kind === 'network') {
    throw section.error('unknown or misplaced section; only the first one may be [net]');
  }
  const key = LAYER_KEYS.find((candidate) => section.has(candidate));
  if (key !== undefined) {
    throw section.error(
      `unknown section, which cannot work position by position, since ${key}= belongs to layers with weights or ` +
        'windows; replace it by sections that are known',
    );
  }
  if (!options.allowUnknown) {
    throw section.error(
      'unknown or misplaced section; allowUnknown takes unknown ones to work position by position',
      section.line,
      { code: 'UNKNOWN_OPERATOR' },
    );
  }
  b.warnings.push(
    `line ${section.line}: the unknown section [${section.kind}] is taken to work position by position`,
  );
  return b.positionwise({ name: section.kind, op: section.kind }, input);
}

/** Errors of the network's operators name the layer; here they learn the line. */
function locateErrors(section: Section, build: () => Tensor): Tensor {
  try {
    return build();
  } catch (error) {
    if (!(error instanceof ClsaCimError) || error.message.startsWith('line ')) throw error;
    throw error.withMessage(section.error(error.message).message);
  }
}
