import type { NetworkBuilder } from '../network/builder.ts';
import { elementwise, slice } from '../network/operators/index.ts';
import type { Tensor } from '../network/tensor.ts';
import { linear, norm, selfAttention, TOKEN_AXIS } from './attention.ts';
import type { ZooEntry } from './entry.ts';

const FEATURES = 4096;
const MLP_FEATURES = 11008;
const HEADS = 32;
const BLOCKS = 32;
const VOCABULARY = 32000;

/**
 * The prefill of a prompt: all of its tokens at once. Generation needs the logits of the last token only,
 * so `lm_head` runs one MVM. The embedding table is looked up on the GPEU and owns no PEs.
 */
export const llama7b: ZooEntry<'sequence'> = {
  name: 'llama_7b',
  description: 'LLaMA 7B, prefill of a prompt, logits of its last token',
  source: 'Touvron et al., LLaMA: Open and Efficient Foundation Language Models, arXiv 2302.13971',
  dims: { sequence: { default: 512 } },
  build(b, { sequence }) {
    const ids = b.input('input_ids', { dims: [1, sequence], h: TOKEN_AXIS, w: -1 });
    let x = b.positionwise({ name: 'model.embed_tokens', op: 'Embedding' }, ids, {
      dims: [1, sequence, FEATURES],
      h: TOKEN_AXIS,
      w: -1,
    });
    for (let i = 0; i < BLOCKS; i++) x = decoderBlock(b, `model.layers.${i}`, x);
    x = norm(b, 'model.norm', 'RMSNormalization', x);
    x = slice(b, 'last_token', x, { axis: TOKEN_AXIS, start: sequence - 1, size: 1 });
    linear(b, 'lm_head', x, VOCABULARY, false);
  },
};

/** Causal attention with rotary positions, then the gated MLP (SwiGLU); a norm before each of them. */
function decoderBlock(b: NetworkBuilder, name: string, input: Tensor): Tensor {
  const attention = selfAttention(b, norm(b, `${name}.input_layernorm`, 'RMSNormalization', input), {
    prefix: `${name}.self_attn`,
    names: {
      query: `${name}.self_attn.q_proj`,
      key: `${name}.self_attn.k_proj`,
      value: `${name}.self_attn.v_proj`,
      output: `${name}.self_attn.o_proj`,
    },
    heads: HEADS,
    bias: false,
    rotary: true,
    causal: true,
  });
  const middle = elementwise(b, `${name}.self_attn.add`, 'Add', [attention, input]);
  const x = norm(b, `${name}.post_attention_layernorm`, 'RMSNormalization', middle);
  const gate = linear(b, `${name}.mlp.gate_proj`, x, MLP_FEATURES, false);
  const up = linear(b, `${name}.mlp.up_proj`, x, MLP_FEATURES, false);
  const opened = elementwise(b, `${name}.mlp.silu`, 'Silu', [gate]);
  const gated = elementwise(b, `${name}.mlp.mul`, 'Mul', [opened, up]);
  const down = linear(b, `${name}.mlp.down_proj`, gated, FEATURES, false);
  return elementwise(b, `${name}.mlp.add`, 'Add', [down, middle]);
}
