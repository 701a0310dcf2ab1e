import { testZooOnPresets } from './zoo-on-presets.ts';

/** Each pixel of these goes to many tiles and off the chip: eight inferences take a minute and a gigabyte, four a third of it. */
const isLong = (preset: string, network: string) =>
  ['isaac', 'puma'].includes(preset) && ['tinyyolov3', 'tinyyolov4'].includes(network);

testZooOnPresets({
  ...{ granularity: 'pixel', batch: 8, mostSeconds: 30 },
  isPlayed: (preset, network) => !isLong(preset, network),
});
testZooOnPresets({ granularity: 'pixel', batch: 4, mostSeconds: 60, isPlayed: isLong });
