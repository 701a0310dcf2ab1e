import { broadcastDims, elementwise } from '../../network/operators/index.ts';
import { isConstant } from '../../network/tensor.ts';
import type { Attribute, Node } from './model.ts';
import { type Operator, shown } from './node-context.ts';
import type { Value } from './value.ts';

/** Attributes, as exporters and frameworks call them, of operators that have weights or slide windows. */
const LAYER_ATTRIBUTE =
  /^(filters|units|kernel|kernel_?(shape|sizes?)|strides?|dilations?|groups?|hidden_size|(out|output)_?(channels|features|size)|num_?(filters?|outputs?|hidden))$/i;

/**
 * Why an operator that is not known cannot be element-wise, whatever the user says: it is a layer with weights, or
 * contains one. Undefined where nothing says so.
 */
export function weightsOfUnknown(node: Node, inputs: readonly (Value | undefined)[]): string | undefined {
  const index = inputs.findIndex(
    (input) => input !== undefined && isConstant(input) && input.dims.length > 1,
  );
  if (index >= 0) {
    return `its input ${index} is constant and has the shape ${shown(inputs[index]!.dims)}, as weights do`;
  }
  for (const attribute of node.attributes.values()) {
    const reason = weightsInAttribute(attribute);
    if (reason !== undefined) return `its attribute ${attribute.name} ${reason}`;
  }
  return undefined;
}

function weightsInAttribute({ name, tensor, graph }: Attribute): string | undefined {
  if (graph !== undefined) return 'holds a graph of other operators';
  if (tensor !== undefined && tensor.dims.length > 1) return 'holds weights';
  return LAYER_ATTRIBUTE.test(name) ? 'is that of a layer with weights or windows' : undefined;
}

/** Every output is made of the same positions of all inputs, and has the shape of the first one that is no constant. */
export const elementwiseGuess: Operator = (node) => {
  const live = node.present().filter((input) => !isConstant(input));
  const first = live[0] ?? node.input(0);
  const dims = broadcastDims([first, ...live].map((input) => input.dims));
  if (dims === undefined || shown(dims) !== shown(first.dims)) {
    const shapes = live.map((input) => shown(input.dims)).join(' and ');
    node.fail(`it cannot be element-wise: its inputs ${shapes} do not fit together; replace it`);
  }
  const over = live.length > 1 ? 'inputs' : 'first input';
  node.b.warnings.push(`${node.where}: unknown operator, taken as element-wise over its ${over}`);
  const output =
    live.length > 1 ? elementwise(node.b, node.name, node.op, live) : node.b.positionwise(node.kind, first);
  return new Array<Value>(Math.max(1, node.outputCount)).fill(output);
};
