import * as network from '../../../network/operators/index.ts';
import { type NodeContext, type Operator, type Operators, shown } from '../node-context.ts';
import type { Value } from '../value.ts';
import { conv } from './convolution.ts';
import { matMul } from './matrix.ts';
import { along, layerNormalization } from './normalisation.ts';
import { pool } from './pooling.ts';
import { reduceAxes } from './reduction.ts';
import { channelsLast } from './windows.ts';

/** Rounds every value to so many bits, or to an unknown number of them. */
function quantiser(bitsOf: (node: NodeContext) => number | undefined): Operator {
  return (node) => {
    const output = node.b.positionwise(node.kind, node.input(0));
    const bits = bitsOf(node);
    return [bits !== undefined && Number.isSafeInteger(bits) && bits > 0 ? { ...output, bits } : output];
  };
}

/** The one value of input `index`, or undefined where it is left out or not in the file. */
function scalar(node: NodeContext, index: number): number | undefined {
  return node.optional(index)?.values?.[0];
}

/** A number that is an attribute, as such or as a tensor. */
function number(node: NodeContext, name: string): number | undefined {
  const attribute = node.attribute(name);
  return attribute?.int ?? attribute?.float ?? attribute?.tensor?.values?.[0];
}

/** x, scale, zero point, bits. */
const quant = quantiser((node) => number(node, 'bit_width') ?? scalar(node, 3));

/** x, scale, bits of the exponent and of the mantissa, …; and a sign. */
const floatQuant = quantiser((node) => {
  const [exponent, mantissa] = [scalar(node, 2), scalar(node, 3)];
  return exponent === undefined || mantissa === undefined ? undefined : 1 + exponent + mantissa;
});

/** The bits that are left come last. */
const trunc = quantiser((node) => scalar(node, node.inputs.length - 1));

/** Counts the thresholds that a value has reached. */
const multiThreshold = quantiser((node) =>
  bitsOfType(node.text('out_dtype', node.text('outputDataType', ''))),
);

/** Bits of a type as FINN calls it: `INT4`, `UINT2`, `BIPOLAR`, … */
function bitsOfType(name: string): number | undefined {
  if (name === 'BIPOLAR' || name === 'BINARY') return 1;
  if (name === 'TERNARY') return 2;
  const bits = /^U?INT(\d+)$/.exec(name)?.[1];
  return bits === undefined ? undefined : Number(bits);
}

const same: Operator = (node) => [node.input(0)];

/** The values under the window of every position of (N, H, W, C) become its channels. */
const im2Col: Operator = (node) => {
  const input = node.input(0, 4);
  const pair = (name: string, otherwise: readonly number[]) => {
    const given = node.ints(name) ?? otherwise;
    if (given.length === otherwise.length) return given;
    return node.fail(`${name} ${shown(given)} must be ${otherwise.length} numbers`);
  };
  const [kernel, strides, dilations] = [
    pair('kernel_size', [1, 1]),
    pair('stride', [1, 1]),
    pair('dilations', [1, 1]),
  ];
  const pads = pair('pad_amount', [0, 0, 0, 0]);
  const windows = [0, 1].map((i) => ({
    kernel: node.positive(kernel[i]!, 'a kernel size'),
    stride: node.positive(strides[i]!, 'a stride'),
    dilation: node.positive(dilations[i]!, 'a dilation'),
    before: pads[i]!,
    after: pads[i + 2]!,
  }));
  return [network.imageToColumns(node.b, node.kind, input, { windows, spatialAxes: [1, 2], channelAxis: 3 })];
};

/** Average pooling by a square, with its result shifted to fewer bits. */
const quantAvgPool: Operator = (node) => {
  const [kernel, stride] = [node.requiredInt('kernel'), node.int('stride', 1)];
  const pooling = node.as({
    attributes: [
      { name: 'kernel_shape', ints: [kernel, kernel] },
      { name: 'strides', ints: [stride, stride] },
    ],
  });
  const outputs = (node.text('data_layout', 'NCHW') === 'NHWC' ? channelsLast(pool) : pool)(pooling);
  const bits = number(node, 'obits');
  return bits === undefined ? outputs : outputs.map((output): Value => ({ ...output, bits }));
};

/** What QONNX, Brevitas and FINN share, in the domains that it has had. */
const shared: Operators = {
  BipolarQuant: quantiser(() => 1),
  DebugMarker: same,
  FloatQuant: floatQuant,
  Im2Col: im2Col,
  IntQuant: quant,
  MaxPoolNHWC: channelsLast(pool),
  MultiThreshold: multiThreshold,
  Quant: quant,
  QuantAvgPool2d: quantAvgPool,
  Trunc: trunc,
  XnorPopcountMatMul: matMul({ right: 1 }),
};

/** Multiplies integers, adds and shifts, so that so many levels are left. */
function shifted(node: NodeContext, name: string, tensor: Value): Value {
  const output = node.b.positionwise({ name, op: 'RequantShift' }, tensor);
  const levels = number(node, 'n_levels') ?? number(node, 'n_levels_out') ?? 0;
  const bits = Math.ceil(Math.log2(levels));
  return bits > 0 ? { ...output, bits } : output;
}

const requantShift: Operator = (node) => [shifted(node, node.name, node.input(0))];

/** An operator of integers with the shift that follows it. */
function requantised(operator: Operator): Operator {
  return (node) => operator(node).map((sums) => shifted(node, `${node.name}/requant`, sums));
}

const unary: Operator = (node) => [node.b.positionwise(node.kind, node.input(0))];

/** Operators of two tensors; further inputs are parameters. */
const binary: Operator = (node) => [
  network.elementwise(node.b, node.name, node.op, [node.input(0), node.input(1)]),
];

/** Operators of integers that Deeploy and the exporters in front of it (PACT) write. */
const integers: Operators = {
  Dequant: unary,
  IntegerDiv: binary,
  IntegerMean: reduceAxes,
  ITAMax: along(-1),
  ITAPartialMax: along(-1),
  Quant: quant,
  RequantShift: requantShift,
  RequantizedAdd: binary,
  RequantizedConv: requantised(conv({ weights: 1, bias: -1 })),
  RequantizedGemm: requantised(matMul({ right: 1 })),
  RequantizediGELU: unary,
  RequantizediHardswish: unary,
  RQGemm: requantised(matMul({ right: 1 })),
  RQIntegerDiv: binary,
  RQMatMul: requantised(matMul({ right: 1 })),
  iGELU: unary,
  iHardswish: unary,
  iLayerNorm: layerNormalization,
  iNoNorm: unary,
  iRMSNorm: layerNormalization,
  iSoftmax: along(-1),
};

/** MVAU of FINN's hardware: a matrix product, and then thresholds if there are any. */
const matrixVectorActivation: Operator = (node) => {
  const [sums] = matMul({ right: 1 })(node);
  if (node.optional(2) === undefined) return [sums!];
  return multiThreshold(node.as({ op: 'MultiThreshold', inputs: [sums!] }));
};

/** The hardware operators of FINN that hold parameters, as such and for each way to build them. */
const hardware: Operators = Object.fromEntries(
  ['', '_hls', '_rtl'].flatMap((way): [string, Operator][] => [
    [`MVAU${way}`, matrixVectorActivation],
    [`Thresholding${way}`, multiThreshold],
  ]),
);

const inDomains = (domains: readonly string[], table: Operators): Operators =>
  Object.fromEntries(
    domains.flatMap((domain) =>
      Object.entries(table).map(([name, operator]) => [domain === '' ? name : `${domain}:${name}`, operator]),
    ),
  );

/** Quantisers, and the operators of quantised networks, of tools other than ONNX Runtime. */
export const quantisers: Operators = {
  ...inDomains(
    ['qonnx.custom_op.general', 'onnx.brevitas', 'brevitas.onnx', 'finn.custom_op.general', 'finn'],
    shared,
  ),
  ...inDomains(['finn.custom_op.fpgadataflow'], hardware),
  ...inDomains(['', 'PACTOps'], integers),
};
