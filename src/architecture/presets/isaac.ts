import { frozenCopy } from '../../input/user-function.ts';
import type { OneSizeArchitecture } from '../architecture.ts';

/** ISAAC: 16128 crossbars of 128 x 128. */
export const isaac = frozenCopy<OneSizeArchitecture>({
  name: 'isaac',
  description:
    'ISAAC-CE, one chip: 168 tiles of 12 IMAs of 8 crossbars, which makes 16128 PEs of 128 x 128. A 16-bit ' +
    'weight takes 8 columns of 2-bit cells; signs are a bias in the weights, not differential pairs. An ' +
    'MVM is 16 reads of one input bit, 100 ns each. Simplified: the column of every crossbar that sums up ' +
    'the inputs is not counted, and of the 22-cycle pipeline of a tile only the 16 reads, which repeat ' +
    'for every MVM, are time. The tiles make a mesh of 14 x 12, and every one has a router of its own; in ' +
    'ISAAC four share one. The eDRAM of a tile is the input buffer, results wait elsewhere. One HyperTransport ' +
    'link of 6.4 GB/s is the port to the outside. Figures without a source (cycles per hop, GPEU, DACs, cells) ' +
    'are left out, so that they cost nothing. MVMs do not overlap: the reads of one take all of its 1600 ns, ' +
    'and the 6 other cycles of the pipeline, in which the next MVM is read already, are left out of the ' +
    'latency. ISAAC says nothing of writing; assumed is the time that the authors of PUMA have for a crossbar of ' +
    'the same size and cells.',
  source:
    'A. Shafiee et al., ISAAC: A Convolutional Neural Network Accelerator with In-Situ Analog Arithmetic ' +
    'in Crossbars, ISCA 2016: encoding, pipeline and the table of parameters. Crossbars, bits and read time ' +
    'agree with the ISAAC-like model of the RAELLA authors (mit-emze/raella); the 168 tiles are quoted, and so ' +
    'are the mesh, its links of 32 bits at 1 GHz and the 64 KB of eDRAM, of which that model has the same size. ' +
    'Energies and areas as in the ISAAC components of those authors (hwcomponents-library): 1.667 pJ for one of ' +
    '16 x 128 conversions (16 mW for 8 ADCs at 1.2 GS/s), 20.45 pJ for 256 bits of eDRAM, 20.74 pJ for 256 bits ' +
    'through a router, eDRAM 0.083 mm², router 0.15 mm² for four tiles. Bandwidth of the link: as quoted in the ' +
    'constants of puma-simulator, and so is the time to write a crossbar, 351 µs / 32. The 8 bits of its ADCs: the ISAAC-like ' +
    'model; that columns are flipped so that 8 suffice: the ISAAC paper, as quoted in CrossSim (configs/ISAAC.json).',
  crossbarRows: 128,
  crossbarColumns: 128,
  weightBits: 16,
  cellBits: 2,
  differentialPairs: false,
  activationBits: 16,
  dacBits: 1,
  adcBits: 8,
  weightCoding: 'flipped',
  readLatencyNs: 100,
  peWriteNs: 351_000 / 32,
  pes: 168 * 12 * 8,
  chip: {
    clockNs: 1,
    meshRows: 12,
    meshColumns: 14,
    pesPerTile: 12 * 8,
    linkBitsPerCycle: 32,
    inputBufferBytes: 64 * 1024,
    offChipBitsPerCycle: 51,
    adcEnergyPj: 16 * 128 * 1.667,
    bufferReadEnergyPjPerBit: 20.45 / 256,
    bufferWriteEnergyPjPerBit: 20.45 / 256,
    hopEnergyPjPerBit: 20.74 / 256,
    bufferAreaMm2: 0.083,
    routerAreaMm2: 0.15 / 4,
  },
});
