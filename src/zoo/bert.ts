import type { NetworkBuilder } from '../network/builder.ts';
import { elementwise, slice } from '../network/operators/index.ts';
import { constant, type Tensor } from '../network/tensor.ts';
import { linear, norm, selfAttention, TOKEN_AXIS } from './attention.ts';
import type { ZooEntry } from './entry.ts';

const FEATURES = 768;
const HEADS = 12;
const BLOCKS = 12;

/** The encoder and its pooler. Embeddings are looked up on the GPEU, so their tables own no PEs. */
export const bertBase: ZooEntry<'sequence'> = {
  name: 'bert_base',
  description: 'BERT base, the encoder and its pooler',
  source:
    'Devlin et al., BERT: Pre-training of Deep Bidirectional Transformers, NAACL 2019, arXiv 1810.04805',
  dims: { sequence: { default: 128 } },
  build(b, { sequence }) {
    const ids = b.input('input_ids', { dims: [1, sequence], h: TOKEN_AXIS, w: -1 });
    let x = b.positionwise({ name: 'embeddings', op: 'Embedding' }, ids, {
      dims: [1, sequence, FEATURES],
      h: TOKEN_AXIS,
      w: -1,
    });
    x = elementwise(b, 'embeddings.position', 'Add', [x, constant([1, sequence, FEATURES])]);
    x = norm(b, 'embeddings.LayerNorm', 'LayerNormalization', x);
    for (let i = 0; i < BLOCKS; i++) x = encoderBlock(b, `encoder.layer.${i}`, x);
    // Only the first token, [CLS], is pooled.
    x = slice(b, 'pooler.token', x, { axis: TOKEN_AXIS, start: 0, size: 1 });
    x = linear(b, 'pooler.dense', x, FEATURES, true);
    elementwise(b, 'pooler.activation', 'Tanh', [x]);
  },
};

/** Norms stand behind the attention and behind the MLP. */
function encoderBlock(b: NetworkBuilder, name: string, input: Tensor): Tensor {
  let x = selfAttention(b, input, {
    prefix: `${name}.attention.self`,
    names: {
      query: `${name}.attention.self.query`,
      key: `${name}.attention.self.key`,
      value: `${name}.attention.self.value`,
      output: `${name}.attention.output.dense`,
    },
    heads: HEADS,
    bias: true,
  });
  x = elementwise(b, `${name}.attention.output.add`, 'Add', [x, input]);
  const middle = norm(b, `${name}.attention.output.LayerNorm`, 'LayerNormalization', x);
  x = linear(b, `${name}.intermediate.dense`, middle, 4 * FEATURES, true);
  x = elementwise(b, `${name}.intermediate.gelu`, 'Gelu', [x]);
  x = linear(b, `${name}.output.dense`, x, FEATURES, true);
  x = elementwise(b, `${name}.output.add`, 'Add', [x, middle]);
  return norm(b, `${name}.output.LayerNorm`, 'LayerNormalization', x);
}
