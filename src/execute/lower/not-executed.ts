import { ofQonnx } from './qonnx.ts';

const removed = 'an experimental operator of old files, which nothing says the values of any more';
const random = 'its values are random in every run';
const byData = 'the size of its output depends on the data';
const calibrated = 'it computes its scale from the data, which is taken as calibrated beforehand';
const regions = 'it pools regions that the data say, as detectors do behind the network';
const signals = 'it is of the processing of signals';
const otherTool = 'an operator of another tool, whose arithmetic no runtime can be asked about';

/** Operators of PACT and Deeploy, in the domains that they are in. */
const pact = [
  ...[
    'Dequant',
    'IntegerDiv',
    'IntegerMean',
    'ITAMax',
    'ITAPartialMax',
    'Quant',
    'RequantShift',
    'RequantizedAdd',
  ],
  ...[
    'RequantizedConv',
    'RequantizedGemm',
    'RequantizediGELU',
    'RequantizediHardswish',
    'RQGemm',
    'RQIntegerDiv',
  ],
  ...['RQMatMul', 'iGELU', 'iHardswish', 'iLayerNorm', 'iNoNorm', 'iRMSNorm', 'iSoftmax'],
];

/** The hardware operators of FINN. */
const hardware = ['MVAU', 'Thresholding'].flatMap((op) => ['', '_hls', '_rtl'].map((way) => `${op}${way}`));

/** Operators that the loader knows and that are not executed, by its keys, with the reason. */
export const notExecuted: Readonly<Record<string, string>> = {
  Affine: removed,
  ImageScaler: removed,
  ParametricSoftplus: removed,
  ScaledTanh: removed,
  Bernoulli: random,
  RandomNormal: random,
  RandomNormalLike: random,
  RandomUniform: random,
  RandomUniformLike: random,
  Compress: byData,
  NonMaxSuppression: byData,
  Unique: byData,
  DynamicQuantizeLinear: calibrated,
  'com.microsoft:DynamicQuantizeMatMul': calibrated,
  DeformConv: 'it samples where the data say',
  MaxRoiPool: regions,
  RoiAlign: regions,
  DFT: signals,
  MelWeightMatrix: signals,
  STFT: signals,
  ...Object.fromEntries(
    ['FloatQuant', 'Im2Col', 'QuantAvgPool2d', 'XnorPopcountMatMul'].flatMap((op) =>
      Object.entries(ofQonnx(op, otherTool)),
    ),
  ),
  ...Object.fromEntries(hardware.map((op) => [`finn.custom_op.fpgadataflow:${op}`, otherTool])),
  ...Object.fromEntries(pact.flatMap((op) => [op, `PACTOps:${op}`].map((key) => [key, otherTool]))),
};
