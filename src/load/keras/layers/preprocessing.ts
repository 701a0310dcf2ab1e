import * as v from 'valibot';
import { alongAxes } from '../../../network/operators/index.ts';
import { configured, fail, type LayerKind, onlyInput } from '../layer-kind.ts';
import { positive } from '../schema.ts';
import { resizeTo } from './shape.ts';
import { axes, dataFormat } from './spatial.ts';

/** Augmentation: nothing in an inference. */
const passThrough: LayerKind = onlyInput;

/** Adjusts an image by the values of all of it. */
function byWholeImage(op: string): LayerKind {
  return (call) => {
    const input = onlyInput(call);
    const allAxes = input.dims.map((_, axis) => axis);
    return alongAxes(call.b, { name: call.name, op }, input, allAxes);
  };
}

/** RandomCrop: an inference resizes where the image does not have the size already. */
const randomCrop: LayerKind = configured(
  v.object({ height: positive, width: positive, data_format: dataFormat }),
  (call, { height, width, data_format }) => {
    const input = onlyInput(call);
    const { spatial } = axes(call, 2, data_format);
    if (input.dims[spatial[0]!] === height && input.dims[spatial[1]!] === width) return input;
    return resizeTo(call, { height, width, mode: 'bilinear', spatial });
  },
);

/** A table or a formula that gives an integer for every value. */
function lookup(op: string): LayerKind {
  const schema = v.object({ output_mode: v.nullish(v.string('a name'), 'int') });
  return configured(schema, (call, { output_mode }) => {
    if (output_mode !== 'int') throw fail(call, `output_mode ${output_mode} is not supported, only int`);
    return call.b.positionwise({ name: call.name, op }, onlyInput(call));
  });
}

/** Layers in front of a network that are part of the model, by class. */
export const PREPROCESSING_LAYERS: Readonly<Record<string, LayerKind>> = {
  AugMix: passThrough,
  AutoContrast: byWholeImage('AutoContrast'),
  ContrastLimitedAdaptiveHistogramEqualization: byWholeImage('Equalization'),
  CutMix: passThrough,
  Discretization: lookup('Discretization'),
  Equalization: passThrough,
  Hashing: lookup('Hashing'),
  IntegerLookup: lookup('IntegerLookup'),
  MaxNumBoundingBoxes: passThrough,
  MixUp: passThrough,
  RandAugment: passThrough,
  RandomBrightness: passThrough,
  RandomColorDegeneration: passThrough,
  RandomColorJitter: passThrough,
  RandomContrast: passThrough,
  RandomCrop: randomCrop,
  RandomElasticTransform: passThrough,
  RandomErasing: passThrough,
  RandomFlip: passThrough,
  RandomGaussianBlur: passThrough,
  RandomGrayscale: passThrough,
  RandomHeight: passThrough,
  RandomHue: passThrough,
  RandomInvert: passThrough,
  RandomPerspective: passThrough,
  RandomPosterization: passThrough,
  RandomRotation: passThrough,
  RandomSaturation: passThrough,
  RandomSharpness: passThrough,
  RandomShear: passThrough,
  RandomTranslation: passThrough,
  RandomWidth: passThrough,
  RandomZoom: passThrough,
  Solarization: passThrough,
};
