import { SECTION_KINDS } from '../../../src/load/darknet/section-kinds.ts';
import { loadModelBytes } from '../../../src/load/index.ts';
import { fileTarget } from '../file-target.ts';
import { lines } from '../lines.ts';
import type { Sample } from '../target.ts';
import { exampleFiles, realFiles, textSample } from './real-files.ts';
import { useNetwork } from './use-network.ts';

/** Darknet files: one section of each kind, several of all kinds, an example of the documents, and real ones. */
export const darknet = fileTarget({
  name: 'darknet',
  suffix: '.cfg',
  formats: [lines],
  corpus: (isWithRealFiles) => [
    ...sections(),
    ...exampleFiles('.cfg'),
    ...(isWithRealFiles ? realFiles('.cfg') : []),
  ],
  run(bytes) {
    useNetwork(loadModelBytes(bytes, 'fuzz.cfg', { allowUnknown: true }));
  },
});

const NET = ['[net]', 'width=8', 'height=8', 'channels=4'];
const CONV = [
  '[convolutional]',
  'filters=4',
  'size=3',
  'stride=1',
  'pad=1',
  'batch_normalize=1',
  'activation=leaky',
];
/** What sections are told, all at once. */
const KEYS = [
  ...['filters=4', 'size=3', 'stride=2', 'padding=1', 'groups=2', 'groups_id=1', 'layers=-1,-2', 'from=-2'],
  ...[
    'output=5',
    'reverse=0',
    'activation=logistic',
    'classes=4',
    'num=3',
    'mask=0,1,2',
    'dilation=1',
    'spatial=1',
  ],
];

function sections(): Sample[] {
  const kinds = Object.keys(SECTION_KINDS);
  const one = kinds.map((kind) =>
    textSample(kind, [...NET, ...CONV, ...CONV, `[${kind}]`, ...KEYS, ...CONV].join('\n')),
  );
  const all = [
    'upsample',
    'route',
    'shortcut',
    'maxpool',
    'avgpool',
    'dropout',
    'connected',
    'softmax',
    'yolo',
  ];
  const some = all.flatMap((kind) => [
    `[${kind}]`,
    'layers=-1,-2',
    'from=-1',
    'size=2',
    'stride=2',
    'output=4',
  ]);
  return [...one, textSample('several', [...NET, ...CONV, ...some].join('\n'))];
}
