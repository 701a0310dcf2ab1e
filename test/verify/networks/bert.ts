import { INT64, type ModelSpec } from '../../load/onnx/onnx-writer.ts';
import { Net } from './net.ts';

/** Two layers of BERT (Devlin et al., 2019) on 16 tokens: embeddings, attention under a mask, norms behind the sums. */
export function bert(): ModelSpec {
  const [size, tokens, words] = [32, 16, 50];
  const net = new Net(
    { input_ids: [1, tokens], attention_mask: [1, tokens], token_type_ids: [1, tokens] },
    [1, 1, 1],
    { input_ids: INT64, attention_mask: INT64, token_type_ids: INT64 },
  );
  const embedded = ['input_ids', 'token_type_ids'].map((name, i) =>
    net.add('Gather', [net.uniform([i === 0 ? words : 2, size], -1, 1), name], {}, size),
  );
  const sum = net.add('Add', [embedded[0]!, embedded[1]!]);
  let x = net.layerNorm(net.add('Add', [sum, net.uniform([1, tokens, size], -1, 1)]));
  const mask = net.add('Cast', [net.add('Unsqueeze', ['attention_mask', net.ints(1, 2)])], { to: 1 });
  const hidden = net.add('Mul', [net.add('Sub', [net.scalar(1), mask]), net.scalar(-10_000)]);
  for (let layer = 0; layer < 2; layer++) {
    x = net.layerNorm(net.add('Add', [net.attention(x, [1], tokens, 4, hidden), x]));
    x = net.layerNorm(net.add('Add', [net.dense(net.gelu(net.dense(x, 4 * size)), size), x]));
  }
  const first = net.add('Gather', [x, net.tensor({ dims: [], ints: [0] })], { axis: 1 }, size);
  return net.spec([x, net.add('Tanh', [net.dense(first, size)])]);
}
