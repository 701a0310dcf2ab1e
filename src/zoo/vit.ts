import type { NetworkBuilder } from '../network/builder.ts';
import { concat, elementwise, reshape, slice } from '../network/operators/index.ts';
import { constant, type Tensor } from '../network/tensor.ts';
import { linear, norm, selfAttention, TOKEN_AXIS } from './attention.ts';
import { type ImageDimension, squareImage, type ZooEntry } from './entry.ts';
import { conv, imageInput } from './feature-maps.ts';

const PATCH = 16;
const FEATURES = 768;
const HEADS = 12;
const BLOCKS = 12;

/** The image in patches of 16 x 16, one token each, and a class token in front of them. */
export const vitB16: ZooEntry<ImageDimension> = {
  name: 'vit_b16',
  description: 'Vision transformer ViT-B/16 with classifier, 197 tokens at 224 x 224',
  source: 'Dosovitskiy et al., An Image is Worth 16x16 Words, ICLR 2021, arXiv 2010.11929',
  dims: squareImage(224, PATCH),
  build(b, dims) {
    const patches = conv(b, 'patch_embeddings.projection', imageInput(b, dims), {
      channels: FEATURES,
      kernel: PATCH,
      stride: PATCH,
      padding: 0,
    });
    const tokens = (dims.height / PATCH) * (dims.width / PATCH);
    const sequence = reshape(b, 'patch_embeddings.flatten', patches, [1, tokens, FEATURES]);
    const classToken = constant([1, 1, FEATURES]);
    let x = concat(b, 'cls_token', [classToken, sequence], TOKEN_AXIS);
    x = elementwise(b, 'position_embeddings', 'Add', [x, constant([1, tokens + 1, FEATURES])]);
    for (let i = 0; i < BLOCKS; i++) x = encoderBlock(b, `encoder.layer.${i}`, x);
    x = norm(b, 'layernorm', 'LayerNormalization', x);
    // Only the class token goes on to the classifier.
    x = slice(b, 'pooler', x, { axis: TOKEN_AXIS, start: 0, size: 1 });
    linear(b, 'classifier', x, 1000, true);
  },
};

/** Norms stand before the attention and before the MLP. */
function encoderBlock(b: NetworkBuilder, name: string, input: Tensor): Tensor {
  const attention = selfAttention(b, norm(b, `${name}.layernorm_before`, 'LayerNormalization', input), {
    prefix: `${name}.attention`,
    names: {
      query: `${name}.attention.query`,
      key: `${name}.attention.key`,
      value: `${name}.attention.value`,
      output: `${name}.attention.output.dense`,
    },
    heads: HEADS,
    bias: true,
  });
  const middle = elementwise(b, `${name}.attention.add`, 'Add', [attention, input]);
  let x = norm(b, `${name}.layernorm_after`, 'LayerNormalization', middle);
  x = linear(b, `${name}.intermediate.dense`, x, 4 * FEATURES, true);
  x = elementwise(b, `${name}.intermediate.gelu`, 'Gelu', [x]);
  x = linear(b, `${name}.output.dense`, x, FEATURES, true);
  return elementwise(b, `${name}.output.add`, 'Add', [x, middle]);
}
