/** Source whose mutants are tried together. */
export interface MutatedFolder {
  /** Its path from the root; what lies in folders of it is not meant. */
  readonly path: string;
  /** Tests that may notice, by files and folders from the root: those in the process that take a second or less. */
  readonly tests: readonly string[];
}

const MAP_TESTS = [
  'test/map',
  'test/schedule/check-mapping.test.ts',
  'test/schedule/rounds-and-copies.test.ts',
  'test/schedule/turns-by-hand.test.ts',
  'test/schedule/validate-copies.test.ts',
];

const NETWORK_TESTS = [
  'test/network',
  'test/load/onnx/operators.test.ts',
  'test/load/onnx/layouts.test.ts',
  'test/load/onnx/images.test.ts',
  'test/load/onnx/input-layout.test.ts',
  'test/load/onnx/inputs.test.ts',
  'test/load/onnx/resizing.test.ts',
  'test/load/onnx/padding.test.ts',
  'test/load/onnx/networks.test.ts',
  'test/load/onnx/window-attention.test.ts',
  'test/load/onnx/outputs.test.ts',
  'test/load/keras/layers.test.ts',
  'test/load/keras/resizing.test.ts',
  'test/load/keras/attention.test.ts',
];

/** All of them, in the order in which they run. */
export const mutatedFolders: readonly MutatedFolder[] = [
  { path: 'src/map', tests: MAP_TESTS },
  { path: 'src/map/duplication', tests: MAP_TESTS },
  { path: 'src/schedule', tests: ['test/schedule', 'test/map'] },
  {
    path: 'src/workload',
    tests: [
      'test/workload',
      'test/simulate/graph.test.ts',
      'test/simulate/model',
      'test/schedule/check-mapping.test.ts',
      'test/schedule/rounds-and-copies.test.ts',
      'test/schedule/schedule.test.ts',
    ],
  },
  { path: 'src/network', tests: NETWORK_TESTS },
  { path: 'src/network/operators', tests: NETWORK_TESTS },
];
