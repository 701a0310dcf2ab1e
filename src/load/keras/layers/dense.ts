import * as v from 'valibot';
import { dense, einsum } from '../../../network/operators/index.ts';
import { constant, type Tensor } from '../../../network/tensor.ts';
import { quantised } from '../bits.ts';
import { configured, fail, type LayerCall, type LayerKind, onlyInput } from '../layer-kind.ts';
import { onByDefault, perDimension, positive } from '../schema.ts';
import { activate } from './activation.ts';

/** Dense works on the last axis: every position of a map or sequence is an MVM. */
const denseLayer: LayerKind = configured(
  v.object({ units: positive, use_bias: onByDefault }),
  (call, config) => {
    const input = onlyInput(call);
    if (input.dims.length < 2) throw fail(call, 'needs an input of at least 2 dimensions');
    const output = quantised(call, input, 'kernel_quantizer', () =>
      dense(call.b, call.name, input, { outputFeatures: config.units, bias: config.use_bias }),
    );
    return activate(call, output);
  },
);

/** Embedding: one row of a table for every index. */
const embedding: LayerKind = configured(v.object({ output_dim: positive }), (call, config) => {
  const input = onlyInput(call);
  const dims = [...input.dims, config.output_dim];
  const axes = dims.length === 3 ? call.sequenceAxes : { h: -1, w: -1 };
  return call.b.everything({ name: call.name, op: 'Embedding' }, [input], { dims, ...axes });
});

/** ReversibleEmbedding: an Embedding, or a product with its table where it is called in reverse. */
const reversibleEmbedding: LayerKind = configured(v.object({ input_dim: positive }), (call, config) => {
  const { b, name, keywords, positional } = call;
  const isReverse = keywords.reverse === true || positional[1] === true;
  return isReverse ? dense(b, name, onlyInput(call), { outputFeatures: config.input_dim }) : embedding(call);
});

/** EinsumDense: a product with weights whose axes an equation names; a bias is added to some of its axes. */
const einsumDense: LayerKind = configured(
  v.object({
    equation: v.string('an equation'),
    output_shape: v.union(
      [positive, perDimension(v.nullable(positive))],
      'sizes without the batch, of which some may be null',
    ),
    bias_axes: v.nullish(v.string('the letters of axes')),
  }),
  (call, config) => {
    const { b, name } = call;
    const input = onlyInput(call);
    const kernel = constant(kernelDims(call, input, config.equation, [config.output_shape].flat()));
    const product = quantised(call, input, 'kernel_quantizer', () =>
      einsum(b, name, config.equation, [input, kernel]),
    );
    const hasBias = (config.bias_axes ?? '') !== '';
    const biased = hasBias ? b.positionwise({ name: `${name}/bias`, op: 'BiasAdd' }, product) : product;
    return activate(call, biased);
  },
);

/** The dimensions of the weights: those of the input and of the output whose letters they have. */
function kernelDims(
  call: LayerCall,
  input: Tensor,
  equation: string,
  outputShape: readonly (number | null)[],
): number[] {
  const [, left, kernel, output] =
    /^([\w.]+),([A-Za-z]+)->([\w.]+)$/.exec(equation.replaceAll(' ', '')) ?? [];
  if (left === undefined || kernel === undefined || output === undefined) {
    throw fail(call, `the equation ${equation} is none of two terms and a result`);
  }
  const sizes = new Map<string, number>();
  const note = (term: string, dims: readonly (number | null)[]) => {
    const [before = '', after] = term.split('...');
    [...before].forEach((letter, i) => {
      const size = dims[i];
      if (typeof size === 'number') sizes.set(letter, size);
    });
    [...(after ?? '')].reverse().forEach((letter, i) => {
      const size = dims.at(-1 - i);
      if (typeof size === 'number') sizes.set(letter, size);
    });
  };
  note(output, [1, ...outputShape]);
  note(left, input.dims);
  return [...kernel].map((letter) => {
    const size = sizes.get(letter);
    if (size !== undefined) return size;
    throw fail(call, `neither its input nor its output_shape says how large ${letter} of ${equation} is`);
  });
}

export const DENSE_LAYERS: Readonly<Record<string, LayerKind>> = {
  Dense: denseLayer,
  EinsumDense: einsumDense,
  Embedding: embedding,
  ReversibleEmbedding: reversibleEmbedding,
};
