import { hasMovement, testZooOnPresets } from './zoo-on-presets.ts';

/** Pixels of these go to many tiles and off the chip: eight inferences take minutes and a gigabyte, so two are played. */
const LONG: readonly string[] = ['tinyyolov3', 'tinyyolov4', 'resnet101', 'resnet152', 'yolov3'];
const isLong = (preset: string, network: string) => hasMovement(preset) && LONG.includes(network);
/** Its pixels are its rows, of which one inference is played there (zoo-rows). */
const isLlama = (preset: string, network: string) => hasMovement(preset) && network === 'llama_7b';

testZooOnPresets({
  ...{ granularity: 'pixel', batch: 8, mostSeconds: 60 },
  isPlayed: (preset, network) => !isLong(preset, network) && !isLlama(preset, network),
});
testZooOnPresets({ granularity: 'pixel', batch: 2, mostSeconds: 60, isPlayed: isLong });
