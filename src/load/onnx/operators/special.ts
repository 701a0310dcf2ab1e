/** Operators that multiply with weights where they have a constant operand: they make base layers. */
export const weightedOperators: ReadonlySet<string> = new Set([
  'Attention',
  'Conv',
  'ConvInteger',
  'ConvTranspose',
  'DeformConv',
  'DynamicQuantizeMatMul',
  'Einsum',
  'FusedConv',
  'FusedGemm',
  'FusedMatMul',
  'Gemm',
  'GRU',
  'LSTM',
  'MatMul',
  'MatMulInteger',
  'MatMulIntegerToFloat',
  'MatMulNBits',
  'MVAU',
  'MVAU_hls',
  'MVAU_rtl',
  'NhwcConv',
  'NhwcFusedConv',
  'QAttention',
  'QGemm',
  'QLinearConv',
  'QLinearMatMul',
  'QuantLSTMCell',
  'RequantizedConv',
  'RequantizedGemm',
  'RNN',
  'RQGemm',
  'RQMatMul',
  'XnorPopcountMatMul',
]);

const loop = 'loops cannot be scheduled ahead of time; unroll it when the model is exported';
const recurrent =
  'recurrent layers run once per time step and cannot be scheduled; cut the model there, or unroll it';
const sequence = 'sequences of tensors are not supported; export the model with tensors only';

/** Operators that are known and cannot be scheduled, with the reason. */
export const refusedOperators: Readonly<Record<string, string>> = {
  Loop: loop,
  Scan: loop,
  LSTM: recurrent,
  GRU: recurrent,
  RNN: recurrent,
  'onnx.brevitas:QuantLSTMCell': recurrent,
  SequenceAt: sequence,
  SequenceConstruct: sequence,
  SequenceEmpty: sequence,
  SequenceErase: sequence,
  SequenceInsert: sequence,
  SequenceLength: sequence,
  SequenceMap: sequence,
  SplitToSequence: sequence,
  ConcatFromSequence: sequence,
};
