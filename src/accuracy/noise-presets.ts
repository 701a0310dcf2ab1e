import type { NoiseModel } from './noise-model.ts';

/** A model of noise with a name and a source. */
export type NoisePreset = NoiseModel & Required<Pick<NoiseModel, 'name' | 'description' | 'source'>>;

const WAN =
  'W. Wan et al., A compute-in-memory chip based on resistive random-access memory, Nature 608, 2022, Extended Data Fig. 3';
const AIHWKIT_WAN = `${WAN}, as fitted by IBM’s AIHWKit (ReRamWan2022NoiseModel); the figure itself was not checked.`;

const rramWan = {
  ...{ gMinUs: 0, gMaxUs: 40, read: { sigma: 0.01 } },
  source: AIHWKIT_WAN,
};

/** Published figures of cells, by name. A new one is one more entry here. */
export const noisePresets: readonly NoisePreset[] = [
  {
    name: 'rram-milo',
    description:
      'RRAM (HfO2, 4 kbit) from 50 to 225 µS, written in steps that are verified (IGVVA-100): the deviation falls with the ' +
      'conductance. No drift, no read noise.',
    source:
      'V. Milo et al., Optimized programming algorithms for multilevel RRAM in hardware neural networks, IRPS 2021, Fig. 4, as ' +
      'fitted by Sandia’s CrossSim (RRAM_Milo.py); the figure itself was not checked.',
    ...{ gMinUs: 50, gMaxUs: 225, sigmaUs: { polynomial: [4.782321, -0.009107], min: 0 } },
  },
  {
    name: 'rram-wan',
    description: 'The RRAM of NeuRRAM up to 39.26 µS, 1 s after it was written. No read noise.',
    source: `${WAN}, as fitted by Sandia’s CrossSim (RRAM_Wan.py); the figure itself was not checked.`,
    ...{ gMinUs: 0, gMaxUs: 39.26 },
    sigmaUs: { polynomial: [1.053, 0.2374, -1.167e-2, 1.536e-4], min: 0 },
  },
  {
    name: 'rram-wan-1d',
    description:
      'The RRAM of NeuRRAM one day after it was written. That conductances relax is in their spread; reads vary by 1 %, as ' +
      'the authors of the fit advise.',
    ...rramWan,
    sigmaUs: { of: 'share', polynomial: [0.701, 22.086, -50.773, 47.095, -16.458], min: 0 },
  },
  {
    name: 'rram-wan-2d',
    description: 'As rram-wan-1d, two days after it was written.',
    ...rramWan,
    sigmaUs: { of: 'share', polynomial: [0.782, 20.274, -43.507, 37.062, -11.934], min: 0 },
  },
  {
    name: 'pcm-joshi',
    description:
      'Phase-change memory up to 25 µS, one day after it was written, with drift and what it loses put back into the ' +
      'results. Read noise, which grows with time, is taken to be new in every read.',
    source:
      'V. Joshi et al., Accurate deep neural network inference using computational phase-change memory, Nature Communications ' +
      '11, 2473, 2020, and S. R. Nandakumar et al., ICECS 2019, with the figures of IBM’s AIHWKit (PCMLikeNoiseModel); the ' +
      'papers themselves were not checked. CrossSim has another fit of the same data.',
    ...{ gMinUs: 0, gMaxUs: 25 },
    sigmaUs: { of: 'share', polynomial: [0.26348, 1.965, -1.1731], min: 0 },
    read: { sigma: { of: 'share', power: [0.0088, -0.65], max: 0.2 }, windowSeconds: 250e-9 },
    drift: {
      nu: { of: 'share', logarithm: [-0.0155, 0.0244], min: 0.049, max: 0.1 },
      nuSigma: { of: 'share', logarithm: [-0.0125, -0.0059], min: 0.008, max: 0.045 },
      ...{ t0Seconds: 20, seconds: 86_400 },
    },
    compensatesDrift: true,
  },
  {
    name: 'pcm-hermes',
    description:
      'Phase-change memory of the HERMES chip, one device a cell, up to 10.35 µS, as it was written. Its drift and its read noise ' +
      'are not in here.',
    source:
      'M. Le Gallo et al., A 64-core mixed-signal in-memory compute chip based on phase-change memory for deep neural network ' +
      'inference, Nature Electronics, 2023, as fitted by IBM’s AIHWKit (hermes.py); the paper itself was not checked.',
    ...{ gMinUs: 0, gMaxUs: 10.35 },
    sigmaUs: { of: 'share', polynomial: [0.15781817, 2.32443916, -2.16310839, 0.68841818], min: 0 },
  },
  {
    name: 'rram-chen',
    description:
      'Stuck cells alone: 9.04 % at the greatest and 1.75 % at the least conductance of a first 4 Mb chip of HfO2 RRAM. The ' +
      'conductances, 1 to 100 µS, are assumed.',
    source:
      'C.-Y. Chen et al., RRAM Defect Modeling and Failure Analysis Based on March Test and a Novel Squeeze-Search Scheme, IEEE ' +
      'Transactions on Computers 64, 2015. The shares, and which is which, are quoted without having been checked against the paper.',
    ...{ gMinUs: 1, gMaxUs: 100, stuckOn: 0.0904, stuckOff: 0.0175 },
  },
];

/** The preset of this name, in upper or lower case; undefined where there is none. */
export function findNoisePreset(name: string): NoisePreset | undefined {
  return noisePresets.find((preset) => preset.name === name.toLowerCase());
}
